-- Where free units are to wait: the row, and the columns that queries need.

CREATE TABLE centre.moves (
    id text NOT NULL,
    version bigint NOT NULL,
    agency_id text NOT NULL,
    visible_to text[] NOT NULL,
    private_to text[] NOT NULL,
    limited text[] NOT NULL,
    archived boolean DEFAULT false NOT NULL,
    body jsonb NOT NULL,
    unit_id text GENERATED ALWAYS AS (body ->> 'unit_id') STORED,
    state text GENERATED ALWAYS AS (body ->> 'state') STORED,
    proposed_at timestamptz GENERATED ALWAYS AS (centre.utc(body ->> 'proposed_at')) STORED,
    ended_at timestamptz GENERATED ALWAYS AS (centre.utc(body ->> 'ended_at')) STORED,
    CONSTRAINT moves_pkey PRIMARY KEY (id)
);
CREATE INDEX moves_proposed_at_index ON centre.moves (proposed_at);

GRANT CREATE ON SCHEMA centre TO dispatch_mask;

ALTER TABLE centre.moves ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON centre.moves FOR SELECT TO dispatch_mask
    USING (visible_to && (SELECT centre.my_agencies()));
GRANT SELECT ON centre.moves TO dispatch_mask;
CREATE VIEW centre.seen_moves WITH (security_barrier) AS
    SELECT id, version, agency_id, visible_to, private_to, limited, archived, unit_id, state, proposed_at,
        ended_at,
        CASE WHEN limited = '{}' OR private_to && (SELECT centre.my_agencies()) THEN body
            ELSE centre.masked(body, limited) END AS body
    FROM centre.moves;
ALTER VIEW centre.seen_moves OWNER TO dispatch_mask;
GRANT SELECT ON centre.seen_moves TO dispatch_reader;

REVOKE CREATE ON SCHEMA centre FROM dispatch_mask;
