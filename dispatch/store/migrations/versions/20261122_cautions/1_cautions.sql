-- Cautions about places and numbers: the row, and the columns that queries need.

CREATE TABLE centre.cautions (
    id text NOT NULL,
    version bigint NOT NULL,
    agency_id text NOT NULL,
    visible_to text[] NOT NULL,
    private_to text[] NOT NULL,
    limited text[] NOT NULL,
    body jsonb NOT NULL,
    scope text GENERATED ALWAYS AS (body ->> 'scope') STORED,
    caller text GENERATED ALWAYS AS (body ->> 'caller') STORED,
    expires_at timestamptz GENERATED ALWAYS AS (centre.utc(body ->> 'expires_at')) STORED,
    withdrawn_at timestamptz GENERATED ALWAYS AS (centre.utc(body ->> 'withdrawn_at')) STORED,
    geom public.geometry(Point, 4326) GENERATED ALWAYS AS (centre.point(body #> '{place,lon_lat}')) STORED,
    CONSTRAINT cautions_pkey PRIMARY KEY (id)
);
CREATE INDEX cautions_geom_index ON centre.cautions USING gist (geom);

GRANT CREATE ON SCHEMA centre TO dispatch_mask;

ALTER TABLE centre.cautions ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON centre.cautions FOR SELECT TO dispatch_mask
    USING (visible_to && (SELECT centre.my_agencies()));
GRANT SELECT ON centre.cautions TO dispatch_mask;
CREATE VIEW centre.seen_cautions WITH (security_barrier) AS
    SELECT id, version, agency_id, visible_to, private_to, limited, scope, caller, expires_at,
        withdrawn_at, geom,
        CASE WHEN limited = '{}' OR private_to && (SELECT centre.my_agencies()) THEN body
            ELSE centre.masked(body, limited) END AS body
    FROM centre.cautions;
ALTER VIEW centre.seen_cautions OWNER TO dispatch_mask;
GRANT SELECT ON centre.seen_cautions TO dispatch_reader;

REVOKE CREATE ON SCHEMA centre FROM dispatch_mask;
