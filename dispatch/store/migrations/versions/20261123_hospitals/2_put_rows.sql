-- The group commit's rows, each into the table of its kind; hospitals with them.

CREATE OR REPLACE FUNCTION centre.put_rows(
    r_kind text[], r_id text[], r_version bigint[], r_agency text[], r_visible text[], r_private text[],
    r_limited text[], r_body text[], g_kind text[], g_id text[]
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF 'call' = ANY(r_kind) THEN
        INSERT INTO centre.calls AS r (id, version, agency_id, visible_to, private_to, limited, body)
        SELECT t.id, t.version, t.agency_id, string_to_array(t.visible_to, ','),
            string_to_array(t.private_to, ','), string_to_array(t.limited, ','), t.body::jsonb
        FROM unnest(r_kind, r_id, r_version, r_agency, r_visible, r_private, r_limited, r_body)
            AS t(kind, id, version, agency_id, visible_to, private_to, limited, body)
        WHERE t.kind = 'call'
        ON CONFLICT (id) DO UPDATE SET version = excluded.version, agency_id = excluded.agency_id,
            visible_to = excluded.visible_to, private_to = excluded.private_to,
            limited = excluded.limited, body = excluded.body;
    END IF;
    IF 'call' = ANY(g_kind) THEN
        UPDATE centre.calls SET archived = true
        WHERE id IN (
            SELECT g.id FROM unnest(g_kind, g_id) AS g(kind, id) WHERE g.kind = 'call');
    END IF;
    IF 'report' = ANY(r_kind) THEN
        INSERT INTO centre.reports AS r (id, version, agency_id, visible_to, private_to, limited, body)
        SELECT t.id, t.version, t.agency_id, string_to_array(t.visible_to, ','),
            string_to_array(t.private_to, ','), string_to_array(t.limited, ','), t.body::jsonb
        FROM unnest(r_kind, r_id, r_version, r_agency, r_visible, r_private, r_limited, r_body)
            AS t(kind, id, version, agency_id, visible_to, private_to, limited, body)
        WHERE t.kind = 'report'
        ON CONFLICT (id) DO UPDATE SET version = excluded.version, agency_id = excluded.agency_id,
            visible_to = excluded.visible_to, private_to = excluded.private_to,
            limited = excluded.limited, body = excluded.body;
    END IF;
    IF 'report' = ANY(g_kind) THEN
        UPDATE centre.reports SET archived = true
        WHERE id IN (
            SELECT g.id FROM unnest(g_kind, g_id) AS g(kind, id) WHERE g.kind = 'report');
    END IF;
    IF 'incident' = ANY(r_kind) THEN
        INSERT INTO centre.incidents AS r (id, version, agency_id, visible_to, private_to, limited, body)
        SELECT t.id, t.version, t.agency_id, string_to_array(t.visible_to, ','),
            string_to_array(t.private_to, ','), string_to_array(t.limited, ','), t.body::jsonb
        FROM unnest(r_kind, r_id, r_version, r_agency, r_visible, r_private, r_limited, r_body)
            AS t(kind, id, version, agency_id, visible_to, private_to, limited, body)
        WHERE t.kind = 'incident'
        ON CONFLICT (id) DO UPDATE SET version = excluded.version, agency_id = excluded.agency_id,
            visible_to = excluded.visible_to, private_to = excluded.private_to,
            limited = excluded.limited, body = excluded.body;
    END IF;
    IF 'incident' = ANY(g_kind) THEN
        UPDATE centre.incidents SET archived = true
        WHERE id IN (
            SELECT g.id FROM unnest(g_kind, g_id) AS g(kind, id) WHERE g.kind = 'incident');
    END IF;
    IF 'leg' = ANY(r_kind) THEN
        INSERT INTO centre.legs AS r (id, version, agency_id, visible_to, private_to, limited, body)
        SELECT t.id, t.version, t.agency_id, string_to_array(t.visible_to, ','),
            string_to_array(t.private_to, ','), string_to_array(t.limited, ','), t.body::jsonb
        FROM unnest(r_kind, r_id, r_version, r_agency, r_visible, r_private, r_limited, r_body)
            AS t(kind, id, version, agency_id, visible_to, private_to, limited, body)
        WHERE t.kind = 'leg'
        ON CONFLICT (id) DO UPDATE SET version = excluded.version, agency_id = excluded.agency_id,
            visible_to = excluded.visible_to, private_to = excluded.private_to,
            limited = excluded.limited, body = excluded.body;
    END IF;
    IF 'leg' = ANY(g_kind) THEN
        UPDATE centre.legs SET archived = true
        WHERE id IN (
            SELECT g.id FROM unnest(g_kind, g_id) AS g(kind, id) WHERE g.kind = 'leg');
    END IF;
    IF 'assignment' = ANY(r_kind) THEN
        INSERT INTO centre.assignments AS r (id, version, agency_id, visible_to, private_to, limited, body)
        SELECT t.id, t.version, t.agency_id, string_to_array(t.visible_to, ','),
            string_to_array(t.private_to, ','), string_to_array(t.limited, ','), t.body::jsonb
        FROM unnest(r_kind, r_id, r_version, r_agency, r_visible, r_private, r_limited, r_body)
            AS t(kind, id, version, agency_id, visible_to, private_to, limited, body)
        WHERE t.kind = 'assignment'
        ON CONFLICT (id) DO UPDATE SET version = excluded.version, agency_id = excluded.agency_id,
            visible_to = excluded.visible_to, private_to = excluded.private_to,
            limited = excluded.limited, body = excluded.body;
    END IF;
    IF 'assignment' = ANY(g_kind) THEN
        UPDATE centre.assignments SET archived = true
        WHERE id IN (
            SELECT g.id FROM unnest(g_kind, g_id) AS g(kind, id) WHERE g.kind = 'assignment');
    END IF;
    IF 'delivery' = ANY(r_kind) THEN
        INSERT INTO centre.deliveries AS r (id, version, agency_id, visible_to, private_to, limited, body)
        SELECT t.id, t.version, t.agency_id, string_to_array(t.visible_to, ','),
            string_to_array(t.private_to, ','), string_to_array(t.limited, ','), t.body::jsonb
        FROM unnest(r_kind, r_id, r_version, r_agency, r_visible, r_private, r_limited, r_body)
            AS t(kind, id, version, agency_id, visible_to, private_to, limited, body)
        WHERE t.kind = 'delivery'
        ON CONFLICT (id) DO UPDATE SET version = excluded.version, agency_id = excluded.agency_id,
            visible_to = excluded.visible_to, private_to = excluded.private_to,
            limited = excluded.limited, body = excluded.body;
    END IF;
    IF 'delivery' = ANY(g_kind) THEN
        UPDATE centre.deliveries SET archived = true
        WHERE id IN (
            SELECT g.id FROM unnest(g_kind, g_id) AS g(kind, id) WHERE g.kind = 'delivery');
    END IF;
    IF 'recommendation' = ANY(r_kind) THEN
        INSERT INTO centre.recommendations AS r (id, version, agency_id, visible_to, private_to, limited, body)
        SELECT t.id, t.version, t.agency_id, string_to_array(t.visible_to, ','),
            string_to_array(t.private_to, ','), string_to_array(t.limited, ','), t.body::jsonb
        FROM unnest(r_kind, r_id, r_version, r_agency, r_visible, r_private, r_limited, r_body)
            AS t(kind, id, version, agency_id, visible_to, private_to, limited, body)
        WHERE t.kind = 'recommendation'
        ON CONFLICT (id) DO UPDATE SET version = excluded.version, agency_id = excluded.agency_id,
            visible_to = excluded.visible_to, private_to = excluded.private_to,
            limited = excluded.limited, body = excluded.body;
    END IF;
    IF 'recommendation' = ANY(g_kind) THEN
        UPDATE centre.recommendations SET archived = true
        WHERE id IN (
            SELECT g.id FROM unnest(g_kind, g_id) AS g(kind, id) WHERE g.kind = 'recommendation');
    END IF;
    IF 'station' = ANY(r_kind) THEN
        INSERT INTO centre.stations AS r (id, version, agency_id, visible_to, private_to, limited, body)
        SELECT t.id, t.version, t.agency_id, string_to_array(t.visible_to, ','),
            string_to_array(t.private_to, ','), string_to_array(t.limited, ','), t.body::jsonb
        FROM unnest(r_kind, r_id, r_version, r_agency, r_visible, r_private, r_limited, r_body)
            AS t(kind, id, version, agency_id, visible_to, private_to, limited, body)
        WHERE t.kind = 'station'
        ON CONFLICT (id) DO UPDATE SET version = excluded.version, agency_id = excluded.agency_id,
            visible_to = excluded.visible_to, private_to = excluded.private_to,
            limited = excluded.limited, body = excluded.body;
    END IF;
    IF 'station' = ANY(g_kind) THEN
        DELETE FROM centre.stations
        WHERE id IN (
            SELECT g.id FROM unnest(g_kind, g_id) AS g(kind, id) WHERE g.kind = 'station');
    END IF;
    IF 'unit' = ANY(r_kind) THEN
        INSERT INTO centre.units AS r (id, version, agency_id, visible_to, private_to, limited, body)
        SELECT t.id, t.version, t.agency_id, string_to_array(t.visible_to, ','),
            string_to_array(t.private_to, ','), string_to_array(t.limited, ','), t.body::jsonb
        FROM unnest(r_kind, r_id, r_version, r_agency, r_visible, r_private, r_limited, r_body)
            AS t(kind, id, version, agency_id, visible_to, private_to, limited, body)
        WHERE t.kind = 'unit'
        ON CONFLICT (id) DO UPDATE SET version = excluded.version, agency_id = excluded.agency_id,
            visible_to = excluded.visible_to, private_to = excluded.private_to,
            limited = excluded.limited, body = excluded.body;
    END IF;
    IF 'unit' = ANY(g_kind) THEN
        DELETE FROM centre.units
        WHERE id IN (
            SELECT g.id FROM unnest(g_kind, g_id) AS g(kind, id) WHERE g.kind = 'unit');
    END IF;
    IF 'crew' = ANY(r_kind) THEN
        INSERT INTO centre.crews AS r (id, version, agency_id, visible_to, private_to, limited, body)
        SELECT t.id, t.version, t.agency_id, string_to_array(t.visible_to, ','),
            string_to_array(t.private_to, ','), string_to_array(t.limited, ','), t.body::jsonb
        FROM unnest(r_kind, r_id, r_version, r_agency, r_visible, r_private, r_limited, r_body)
            AS t(kind, id, version, agency_id, visible_to, private_to, limited, body)
        WHERE t.kind = 'crew'
        ON CONFLICT (id) DO UPDATE SET version = excluded.version, agency_id = excluded.agency_id,
            visible_to = excluded.visible_to, private_to = excluded.private_to,
            limited = excluded.limited, body = excluded.body;
    END IF;
    IF 'crew' = ANY(g_kind) THEN
        DELETE FROM centre.crews
        WHERE id IN (
            SELECT g.id FROM unnest(g_kind, g_id) AS g(kind, id) WHERE g.kind = 'crew');
    END IF;
    IF 'desk' = ANY(r_kind) THEN
        INSERT INTO centre.desks AS r (id, version, agency_id, visible_to, private_to, limited, body)
        SELECT t.id, t.version, t.agency_id, string_to_array(t.visible_to, ','),
            string_to_array(t.private_to, ','), string_to_array(t.limited, ','), t.body::jsonb
        FROM unnest(r_kind, r_id, r_version, r_agency, r_visible, r_private, r_limited, r_body)
            AS t(kind, id, version, agency_id, visible_to, private_to, limited, body)
        WHERE t.kind = 'desk'
        ON CONFLICT (id) DO UPDATE SET version = excluded.version, agency_id = excluded.agency_id,
            visible_to = excluded.visible_to, private_to = excluded.private_to,
            limited = excluded.limited, body = excluded.body;
    END IF;
    IF 'desk' = ANY(g_kind) THEN
        DELETE FROM centre.desks
        WHERE id IN (
            SELECT g.id FROM unnest(g_kind, g_id) AS g(kind, id) WHERE g.kind = 'desk');
    END IF;
    IF 'seat' = ANY(r_kind) THEN
        INSERT INTO centre.seats AS r (id, version, agency_id, visible_to, private_to, limited, body)
        SELECT t.id, t.version, t.agency_id, string_to_array(t.visible_to, ','),
            string_to_array(t.private_to, ','), string_to_array(t.limited, ','), t.body::jsonb
        FROM unnest(r_kind, r_id, r_version, r_agency, r_visible, r_private, r_limited, r_body)
            AS t(kind, id, version, agency_id, visible_to, private_to, limited, body)
        WHERE t.kind = 'seat'
        ON CONFLICT (id) DO UPDATE SET version = excluded.version, agency_id = excluded.agency_id,
            visible_to = excluded.visible_to, private_to = excluded.private_to,
            limited = excluded.limited, body = excluded.body;
    END IF;
    IF 'seat' = ANY(g_kind) THEN
        DELETE FROM centre.seats
        WHERE id IN (
            SELECT g.id FROM unnest(g_kind, g_id) AS g(kind, id) WHERE g.kind = 'seat');
    END IF;
    IF 'alert' = ANY(r_kind) THEN
        INSERT INTO centre.alerts AS r (id, version, agency_id, visible_to, private_to, limited, body)
        SELECT t.id, t.version, t.agency_id, string_to_array(t.visible_to, ','),
            string_to_array(t.private_to, ','), string_to_array(t.limited, ','), t.body::jsonb
        FROM unnest(r_kind, r_id, r_version, r_agency, r_visible, r_private, r_limited, r_body)
            AS t(kind, id, version, agency_id, visible_to, private_to, limited, body)
        WHERE t.kind = 'alert'
        ON CONFLICT (id) DO UPDATE SET version = excluded.version, agency_id = excluded.agency_id,
            visible_to = excluded.visible_to, private_to = excluded.private_to,
            limited = excluded.limited, body = excluded.body;
    END IF;
    IF 'alert' = ANY(g_kind) THEN
        DELETE FROM centre.alerts
        WHERE id IN (
            SELECT g.id FROM unnest(g_kind, g_id) AS g(kind, id) WHERE g.kind = 'alert');
    END IF;
    IF 'person' = ANY(r_kind) THEN
        INSERT INTO centre.people AS r (id, version, agency_id, visible_to, private_to, limited, body)
        SELECT t.id, t.version, t.agency_id, string_to_array(t.visible_to, ','),
            string_to_array(t.private_to, ','), string_to_array(t.limited, ','), t.body::jsonb
        FROM unnest(r_kind, r_id, r_version, r_agency, r_visible, r_private, r_limited, r_body)
            AS t(kind, id, version, agency_id, visible_to, private_to, limited, body)
        WHERE t.kind = 'person'
        ON CONFLICT (id) DO UPDATE SET version = excluded.version, agency_id = excluded.agency_id,
            visible_to = excluded.visible_to, private_to = excluded.private_to,
            limited = excluded.limited, body = excluded.body;
    END IF;
    IF 'person' = ANY(g_kind) THEN
        DELETE FROM centre.people
        WHERE id IN (
            SELECT g.id FROM unnest(g_kind, g_id) AS g(kind, id) WHERE g.kind = 'person');
    END IF;
    IF 'handover' = ANY(r_kind) THEN
        INSERT INTO centre.handovers AS r (id, version, agency_id, visible_to, private_to, limited, body)
        SELECT t.id, t.version, t.agency_id, string_to_array(t.visible_to, ','),
            string_to_array(t.private_to, ','), string_to_array(t.limited, ','), t.body::jsonb
        FROM unnest(r_kind, r_id, r_version, r_agency, r_visible, r_private, r_limited, r_body)
            AS t(kind, id, version, agency_id, visible_to, private_to, limited, body)
        WHERE t.kind = 'handover'
        ON CONFLICT (id) DO UPDATE SET version = excluded.version, agency_id = excluded.agency_id,
            visible_to = excluded.visible_to, private_to = excluded.private_to,
            limited = excluded.limited, body = excluded.body;
    END IF;
    IF 'handover' = ANY(g_kind) THEN
        UPDATE centre.handovers SET archived = true
        WHERE id IN (
            SELECT g.id FROM unnest(g_kind, g_id) AS g(kind, id) WHERE g.kind = 'handover');
    END IF;
    IF 'caution' = ANY(r_kind) THEN
        INSERT INTO centre.cautions AS r (id, version, agency_id, visible_to, private_to, limited, body)
        SELECT t.id, t.version, t.agency_id, string_to_array(t.visible_to, ','),
            string_to_array(t.private_to, ','), string_to_array(t.limited, ','), t.body::jsonb
        FROM unnest(r_kind, r_id, r_version, r_agency, r_visible, r_private, r_limited, r_body)
            AS t(kind, id, version, agency_id, visible_to, private_to, limited, body)
        WHERE t.kind = 'caution'
        ON CONFLICT (id) DO UPDATE SET version = excluded.version, agency_id = excluded.agency_id,
            visible_to = excluded.visible_to, private_to = excluded.private_to,
            limited = excluded.limited, body = excluded.body;
    END IF;
    IF 'caution' = ANY(g_kind) THEN
        DELETE FROM centre.cautions
        WHERE id IN (
            SELECT g.id FROM unnest(g_kind, g_id) AS g(kind, id) WHERE g.kind = 'caution');
    END IF;
    IF 'road_condition' = ANY(r_kind) THEN
        INSERT INTO centre.road_conditions AS r (id, version, agency_id, visible_to, private_to, limited, body)
        SELECT t.id, t.version, t.agency_id, string_to_array(t.visible_to, ','),
            string_to_array(t.private_to, ','), string_to_array(t.limited, ','), t.body::jsonb
        FROM unnest(r_kind, r_id, r_version, r_agency, r_visible, r_private, r_limited, r_body)
            AS t(kind, id, version, agency_id, visible_to, private_to, limited, body)
        WHERE t.kind = 'road_condition'
        ON CONFLICT (id) DO UPDATE SET version = excluded.version, agency_id = excluded.agency_id,
            visible_to = excluded.visible_to, private_to = excluded.private_to,
            limited = excluded.limited, body = excluded.body;
    END IF;
    IF 'road_condition' = ANY(g_kind) THEN
        UPDATE centre.road_conditions SET archived = true
        WHERE id IN (
            SELECT g.id FROM unnest(g_kind, g_id) AS g(kind, id) WHERE g.kind = 'road_condition');
    END IF;
    IF 'move' = ANY(r_kind) THEN
        INSERT INTO centre.moves AS r (id, version, agency_id, visible_to, private_to, limited, body)
        SELECT t.id, t.version, t.agency_id, string_to_array(t.visible_to, ','),
            string_to_array(t.private_to, ','), string_to_array(t.limited, ','), t.body::jsonb
        FROM unnest(r_kind, r_id, r_version, r_agency, r_visible, r_private, r_limited, r_body)
            AS t(kind, id, version, agency_id, visible_to, private_to, limited, body)
        WHERE t.kind = 'move'
        ON CONFLICT (id) DO UPDATE SET version = excluded.version, agency_id = excluded.agency_id,
            visible_to = excluded.visible_to, private_to = excluded.private_to,
            limited = excluded.limited, body = excluded.body;
    END IF;
    IF 'move' = ANY(g_kind) THEN
        UPDATE centre.moves SET archived = true
        WHERE id IN (
            SELECT g.id FROM unnest(g_kind, g_id) AS g(kind, id) WHERE g.kind = 'move');
    END IF;
    IF 'hospital' = ANY(r_kind) THEN
        INSERT INTO centre.hospitals AS r (id, version, agency_id, visible_to, private_to, limited, body)
        SELECT t.id, t.version, t.agency_id, string_to_array(t.visible_to, ','),
            string_to_array(t.private_to, ','), string_to_array(t.limited, ','), t.body::jsonb
        FROM unnest(r_kind, r_id, r_version, r_agency, r_visible, r_private, r_limited, r_body)
            AS t(kind, id, version, agency_id, visible_to, private_to, limited, body)
        WHERE t.kind = 'hospital'
        ON CONFLICT (id) DO UPDATE SET version = excluded.version, agency_id = excluded.agency_id,
            visible_to = excluded.visible_to, private_to = excluded.private_to,
            limited = excluded.limited, body = excluded.body;
    END IF;
    IF 'hospital' = ANY(g_kind) THEN
        DELETE FROM centre.hospitals
        WHERE id IN (
            SELECT g.id FROM unnest(g_kind, g_id) AS g(kind, id) WHERE g.kind = 'hospital');
    END IF;
END $$;
