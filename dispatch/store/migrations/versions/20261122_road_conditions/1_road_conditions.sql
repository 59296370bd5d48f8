-- What holds on the roads: the row, and the columns that queries need.

CREATE TABLE centre.road_conditions (
    id text NOT NULL,
    version bigint NOT NULL,
    agency_id text NOT NULL,
    visible_to text[] NOT NULL,
    private_to text[] NOT NULL,
    limited text[] NOT NULL,
    archived boolean DEFAULT false NOT NULL,
    body jsonb NOT NULL,
    kind text GENERATED ALWAYS AS (body ->> 'kind') STORED,
    state text GENERATED ALWAYS AS (body ->> 'state') STORED,
    from_at timestamptz GENERATED ALWAYS AS (centre.utc(body ->> 'from_at')) STORED,
    until timestamptz GENERATED ALWAYS AS (centre.utc(body ->> 'until')) STORED,
    ended_at timestamptz GENERATED ALWAYS AS (centre.utc(body ->> 'ended_at')) STORED,
    CONSTRAINT road_conditions_pkey PRIMARY KEY (id)
);
CREATE INDEX road_conditions_from_at_index ON centre.road_conditions (from_at);

GRANT CREATE ON SCHEMA centre TO dispatch_mask;

ALTER TABLE centre.road_conditions ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON centre.road_conditions FOR SELECT TO dispatch_mask
    USING (visible_to && (SELECT centre.my_agencies()));
GRANT SELECT ON centre.road_conditions TO dispatch_mask;
CREATE VIEW centre.seen_road_conditions WITH (security_barrier) AS
    SELECT id, version, agency_id, visible_to, private_to, limited, archived, kind, state, from_at,
        until, ended_at,
        CASE WHEN limited = '{}' OR private_to && (SELECT centre.my_agencies()) THEN body
            ELSE centre.masked(body, limited) END AS body
    FROM centre.road_conditions;
ALTER VIEW centre.seen_road_conditions OWNER TO dispatch_mask;
GRANT SELECT ON centre.seen_road_conditions TO dispatch_reader;

REVOKE CREATE ON SCHEMA centre FROM dispatch_mask;
