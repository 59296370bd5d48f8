CREATE TABLE centre.early_fixes (
    subject text NOT NULL,
    fix jsonb NOT NULL,
    told_at timestamptz NOT NULL,
    CONSTRAINT early_fixes_pkey PRIMARY KEY (subject)
);
CREATE INDEX early_fixes_told_at_index ON centre.early_fixes (told_at);
COMMENT ON TABLE centre.early_fixes
    IS 'Where telephones said they are before their call rang; purged after minutes.';
