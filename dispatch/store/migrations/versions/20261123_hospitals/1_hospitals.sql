-- Where patients are taken: the row, and the columns that queries need.

CREATE TABLE centre.hospitals (
    id text NOT NULL,
    version bigint NOT NULL,
    agency_id text NOT NULL,
    visible_to text[] NOT NULL,
    private_to text[] NOT NULL,
    limited text[] NOT NULL,
    body jsonb NOT NULL,
    name text GENERATED ALWAYS AS (body ->> 'name') STORED,
    CONSTRAINT hospitals_pkey PRIMARY KEY (id)
);

GRANT CREATE ON SCHEMA centre TO dispatch_mask;

ALTER TABLE centre.hospitals ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON centre.hospitals FOR SELECT TO dispatch_mask
    USING (visible_to && (SELECT centre.my_agencies()));
GRANT SELECT ON centre.hospitals TO dispatch_mask;
CREATE VIEW centre.seen_hospitals WITH (security_barrier) AS
    SELECT id, version, agency_id, visible_to, private_to, limited, name,
        CASE WHEN limited = '{}' OR private_to && (SELECT centre.my_agencies()) THEN body
            ELSE centre.masked(body, limited) END AS body
    FROM centre.hospitals;
ALTER VIEW centre.seen_hospitals OWNER TO dispatch_mask;
GRANT SELECT ON centre.seen_hospitals TO dispatch_reader;

REVOKE CREATE ON SCHEMA centre FROM dispatch_mask;
