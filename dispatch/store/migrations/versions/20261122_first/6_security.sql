-- Who may read what: two roles, neither of which may log in or write; see store/tables/security.py.

DO $$ BEGIN
    CREATE ROLE dispatch_reader NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;

DO $$ BEGIN
    CREATE ROLE dispatch_mask NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;

DO $$ BEGIN
    IF NOT pg_has_role(current_user, 'dispatch_reader', 'MEMBER') THEN
        GRANT dispatch_reader TO CURRENT_USER;
    END IF;
END $$;

DO $$ BEGIN
    IF NOT pg_has_role(current_user, 'dispatch_mask', 'MEMBER') THEN
        GRANT dispatch_mask TO CURRENT_USER;
    END IF;
END $$;

GRANT USAGE ON SCHEMA centre TO dispatch_reader, dispatch_mask;

GRANT CREATE ON SCHEMA centre TO dispatch_mask;

CREATE FUNCTION centre.my_agencies() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN coalesce(current_setting('centre.agencies', true), '') = '' THEN '{}'::text[]
        ELSE string_to_array(current_setting('centre.agencies', true), ',') || '*'::text END
$$;

CREATE FUNCTION centre.masked(body jsonb, hidden text[]) RETURNS jsonb LANGUAGE sql IMMUTABLE
PARALLEL SAFE AS $$
    SELECT body || coalesce(
        (SELECT jsonb_object_agg(name, NULL::text) FROM unnest(hidden) AS h(name)), '{}')
$$;

ALTER TABLE centre.calls ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON centre.calls FOR SELECT TO dispatch_mask
    USING (visible_to && (SELECT centre.my_agencies()));
GRANT SELECT ON centre.calls TO dispatch_mask;
CREATE VIEW centre.seen_calls WITH (security_barrier) AS
    SELECT id, version, agency_id, visible_to, private_to, limited, archived, line, state, rung_at,
        CASE WHEN limited = '{}' OR private_to && (SELECT centre.my_agencies()) THEN body
            ELSE centre.masked(body, limited) END AS body
    FROM centre.calls;
ALTER VIEW centre.seen_calls OWNER TO dispatch_mask;
GRANT SELECT ON centre.seen_calls TO dispatch_reader;

ALTER TABLE centre.reports ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON centre.reports FOR SELECT TO dispatch_mask
    USING (visible_to && (SELECT centre.my_agencies()));
GRANT SELECT ON centre.reports TO dispatch_mask;
CREATE VIEW centre.seen_reports WITH (security_barrier) AS
    SELECT id, version, agency_id, visible_to, private_to, limited, archived, receipt_code, channel,
        status, subject, device, incident_id, received_at, geom,
        CASE WHEN limited = '{}' OR private_to && (SELECT centre.my_agencies()) THEN body
            ELSE centre.masked(body, limited) END AS body
    FROM centre.reports;
ALTER VIEW centre.seen_reports OWNER TO dispatch_mask;
GRANT SELECT ON centre.seen_reports TO dispatch_reader;

ALTER TABLE centre.incidents ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON centre.incidents FOR SELECT TO dispatch_mask
    USING (visible_to && (SELECT centre.my_agencies()));
GRANT SELECT ON centre.incidents TO dispatch_mask;
CREATE VIEW centre.seen_incidents WITH (security_barrier) AS
    SELECT id, version, agency_id, visible_to, private_to, limited, archived, number, type_code,
        priority, state, opened_at, closed_at, geom,
        CASE WHEN limited = '{}' OR private_to && (SELECT centre.my_agencies()) THEN body
            ELSE centre.masked(body, limited) END AS body
    FROM centre.incidents;
ALTER VIEW centre.seen_incidents OWNER TO dispatch_mask;
GRANT SELECT ON centre.seen_incidents TO dispatch_reader;

ALTER TABLE centre.legs ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON centre.legs FOR SELECT TO dispatch_mask
    USING (visible_to && (SELECT centre.my_agencies()));
GRANT SELECT ON centre.legs TO dispatch_mask;
CREATE VIEW centre.seen_legs WITH (security_barrier) AS
    SELECT id, version, agency_id, visible_to, private_to, limited, archived, incident_id, state,
        requested_at, closed_at,
        CASE WHEN limited = '{}' OR private_to && (SELECT centre.my_agencies()) THEN body
            ELSE centre.masked(body, limited) END AS body
    FROM centre.legs;
ALTER VIEW centre.seen_legs OWNER TO dispatch_mask;
GRANT SELECT ON centre.seen_legs TO dispatch_reader;

ALTER TABLE centre.assignments ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON centre.assignments FOR SELECT TO dispatch_mask
    USING (visible_to && (SELECT centre.my_agencies()));
GRANT SELECT ON centre.assignments TO dispatch_mask;
CREATE VIEW centre.seen_assignments WITH (security_barrier) AS
    SELECT id, version, agency_id, visible_to, private_to, limited, archived, incident_id, leg_id,
        unit_id, state, created_at, ended_at,
        CASE WHEN limited = '{}' OR private_to && (SELECT centre.my_agencies()) THEN body
            ELSE centre.masked(body, limited) END AS body
    FROM centre.assignments;
ALTER VIEW centre.seen_assignments OWNER TO dispatch_mask;
GRANT SELECT ON centre.seen_assignments TO dispatch_reader;

ALTER TABLE centre.deliveries ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON centre.deliveries FOR SELECT TO dispatch_mask
    USING (visible_to && (SELECT centre.my_agencies()));
GRANT SELECT ON centre.deliveries TO dispatch_mask;
CREATE VIEW centre.seen_deliveries WITH (security_barrier) AS
    SELECT id, version, agency_id, visible_to, private_to, limited, archived, unit_id, assignment_id, n,
        CASE WHEN limited = '{}' OR private_to && (SELECT centre.my_agencies()) THEN body
            ELSE centre.masked(body, limited) END AS body
    FROM centre.deliveries;
ALTER VIEW centre.seen_deliveries OWNER TO dispatch_mask;
GRANT SELECT ON centre.seen_deliveries TO dispatch_reader;

ALTER TABLE centre.recommendations ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON centre.recommendations FOR SELECT TO dispatch_mask
    USING (visible_to && (SELECT centre.my_agencies()));
GRANT SELECT ON centre.recommendations TO dispatch_mask;
CREATE VIEW centre.seen_recommendations WITH (security_barrier) AS
    SELECT id, version, agency_id, visible_to, private_to, limited, archived, incident_id,
        CASE WHEN limited = '{}' OR private_to && (SELECT centre.my_agencies()) THEN body
            ELSE centre.masked(body, limited) END AS body
    FROM centre.recommendations;
ALTER VIEW centre.seen_recommendations OWNER TO dispatch_mask;
GRANT SELECT ON centre.seen_recommendations TO dispatch_reader;

ALTER TABLE centre.stations ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON centre.stations FOR SELECT TO dispatch_mask
    USING (visible_to && (SELECT centre.my_agencies()));
GRANT SELECT ON centre.stations TO dispatch_mask;
CREATE VIEW centre.seen_stations WITH (security_barrier) AS
    SELECT id, version, agency_id, visible_to, private_to, limited, name, geom,
        CASE WHEN limited = '{}' OR private_to && (SELECT centre.my_agencies()) THEN body
            ELSE centre.masked(body, limited) END AS body
    FROM centre.stations;
ALTER VIEW centre.seen_stations OWNER TO dispatch_mask;
GRANT SELECT ON centre.seen_stations TO dispatch_reader;

ALTER TABLE centre.units ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON centre.units FOR SELECT TO dispatch_mask
    USING (visible_to && (SELECT centre.my_agencies()));
GRANT SELECT ON centre.units TO dispatch_mask;
CREATE VIEW centre.seen_units WITH (security_barrier) AS
    SELECT id, version, agency_id, visible_to, private_to, limited, call_sign, station_id, type_code,
        phase,
        CASE WHEN limited = '{}' OR private_to && (SELECT centre.my_agencies()) THEN body
            ELSE centre.masked(body, limited) END AS body
    FROM centre.units;
ALTER VIEW centre.seen_units OWNER TO dispatch_mask;
GRANT SELECT ON centre.seen_units TO dispatch_reader;

ALTER TABLE centre.crews ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON centre.crews FOR SELECT TO dispatch_mask
    USING (visible_to && (SELECT centre.my_agencies()));
GRANT SELECT ON centre.crews TO dispatch_mask;
CREATE VIEW centre.seen_crews WITH (security_barrier) AS
    SELECT id, version, agency_id, visible_to, private_to, limited, signed_on_at, signed_off_at,
        CASE WHEN limited = '{}' OR private_to && (SELECT centre.my_agencies()) THEN body
            ELSE centre.masked(body, limited) END AS body
    FROM centre.crews;
ALTER VIEW centre.seen_crews OWNER TO dispatch_mask;
GRANT SELECT ON centre.seen_crews TO dispatch_reader;

ALTER TABLE centre.desks ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON centre.desks FOR SELECT TO dispatch_mask
    USING (visible_to && (SELECT centre.my_agencies()));
GRANT SELECT ON centre.desks TO dispatch_mask;
CREATE VIEW centre.seen_desks WITH (security_barrier) AS
    SELECT id, version, agency_id, visible_to, private_to, limited, name,
        CASE WHEN limited = '{}' OR private_to && (SELECT centre.my_agencies()) THEN body
            ELSE centre.masked(body, limited) END AS body
    FROM centre.desks;
ALTER VIEW centre.seen_desks OWNER TO dispatch_mask;
GRANT SELECT ON centre.seen_desks TO dispatch_reader;

ALTER TABLE centre.seats ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON centre.seats FOR SELECT TO dispatch_mask
    USING (visible_to && (SELECT centre.my_agencies()));
GRANT SELECT ON centre.seats TO dispatch_mask;
CREATE VIEW centre.seen_seats WITH (security_barrier) AS
    SELECT id, version, agency_id, visible_to, private_to, limited, user_id,
        CASE WHEN limited = '{}' OR private_to && (SELECT centre.my_agencies()) THEN body
            ELSE centre.masked(body, limited) END AS body
    FROM centre.seats;
ALTER VIEW centre.seen_seats OWNER TO dispatch_mask;
GRANT SELECT ON centre.seen_seats TO dispatch_reader;

ALTER TABLE centre.alerts ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON centre.alerts FOR SELECT TO dispatch_mask
    USING (visible_to && (SELECT centre.my_agencies()));
GRANT SELECT ON centre.alerts TO dispatch_mask;
CREATE VIEW centre.seen_alerts WITH (security_barrier) AS
    SELECT id, version, agency_id, visible_to, private_to, limited, kind, level, incident_id, raised_at,
        CASE WHEN limited = '{}' OR private_to && (SELECT centre.my_agencies()) THEN body
            ELSE centre.masked(body, limited) END AS body
    FROM centre.alerts;
ALTER VIEW centre.seen_alerts OWNER TO dispatch_mask;
GRANT SELECT ON centre.seen_alerts TO dispatch_reader;

ALTER TABLE centre.people ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON centre.people FOR SELECT TO dispatch_mask
    USING (visible_to && (SELECT centre.my_agencies()));
GRANT SELECT ON centre.people TO dispatch_mask;
CREATE VIEW centre.seen_people WITH (security_barrier) AS
    SELECT id, version, agency_id, visible_to, private_to, limited, name,
        CASE WHEN limited = '{}' OR private_to && (SELECT centre.my_agencies()) THEN body
            ELSE centre.masked(body, limited) END AS body
    FROM centre.people;
ALTER VIEW centre.seen_people OWNER TO dispatch_mask;
GRANT SELECT ON centre.seen_people TO dispatch_reader;

ALTER TABLE centre.handovers ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON centre.handovers FOR SELECT TO dispatch_mask
    USING (visible_to && (SELECT centre.my_agencies()));
GRANT SELECT ON centre.handovers TO dispatch_mask;
CREATE VIEW centre.seen_handovers WITH (security_barrier) AS
    SELECT id, version, agency_id, visible_to, private_to, limited, archived, desk_id, written_at,
        taken_at,
        CASE WHEN limited = '{}' OR private_to && (SELECT centre.my_agencies()) THEN body
            ELSE centre.masked(body, limited) END AS body
    FROM centre.handovers;
ALTER VIEW centre.seen_handovers OWNER TO dispatch_mask;
GRANT SELECT ON centre.seen_handovers TO dispatch_reader;

ALTER TABLE centre.position_history ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON centre.position_history FOR SELECT TO dispatch_reader
    USING (agency_id = ANY((SELECT centre.my_agencies())::text[]));
GRANT SELECT ON centre.position_history TO dispatch_reader;

ALTER TABLE centre.drafts ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON centre.drafts FOR SELECT TO dispatch_reader
    USING (agency_id = ANY((SELECT centre.my_agencies())::text[]));
GRANT SELECT ON centre.drafts TO dispatch_reader;

REVOKE CREATE ON SCHEMA centre FROM dispatch_mask;
