"""The database's own functions: computed columns, the guard of the log, the group commit.

`commit_batch` is the only thing that writes the log and the read models while the centre runs. One call is
one round trip and one transaction: lease, events, answers, rows, active assignments, notice.
"""

from dispatch.store.tables.rows import KEPT_KINDS, TABLES

BEFORE_TABLES = (
    """
    CREATE FUNCTION centre.utc(value text) RETURNS timestamptz LANGUAGE plpgsql IMMUTABLE STRICT
    PARALLEL SAFE AS $$
    BEGIN
        -- Every time in a body carries its zone, so the session's zone cannot change the result.
        RETURN value::timestamptz;
    END $$
    """,
    """
    CREATE FUNCTION centre.lon_lat(lon double precision, lat double precision) RETURNS public.geometry
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
    'SELECT public.ST_SetSRID(public.ST_MakePoint(lon, lat), 4326)'
    """,
    """
    CREATE FUNCTION centre.point(value jsonb) RETURNS public.geometry LANGUAGE plpgsql IMMUTABLE STRICT
    PARALLEL SAFE AS $$
    BEGIN
        IF jsonb_typeof(value) <> 'array' THEN RETURN NULL; END IF;
        RETURN public.ST_SetSRID(
            public.ST_MakePoint((value ->> 0)::double precision, (value ->> 1)::double precision), 4326);
    END $$
    """,
)

_GUARDS = (
    """
    CREATE FUNCTION centre.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% of % refused: it only ever grows', TG_OP, TG_TABLE_NAME USING ERRCODE = 'DC003';
    END $$
    """,
    """
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON centre.events
    FOR EACH STATEMENT EXECUTE FUNCTION centre.refuse_change()
    """,
    """
    CREATE FUNCTION centre.keep_instance() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' AND NEW.mode = OLD.mode AND NEW.centre_id = OLD.centre_id THEN RETURN NEW; END IF;
        RAISE EXCEPTION 'centre and mode are fixed when a database is created' USING ERRCODE = 'DC003';
    END $$
    """,
    """
    CREATE TRIGGER fixed BEFORE UPDATE OR DELETE ON centre.instance
    FOR EACH ROW EXECUTE FUNCTION centre.keep_instance()
    """,
    "INSERT INTO centre.lease (epoch, renewed_at) VALUES (0, 'epoch')",
)


def _put_rows(kind: str) -> str:
    table = TABLES[kind].fullname
    gone = f"(SELECT g.id FROM unnest(g_kind, g_id) AS g(kind, id) WHERE g.kind = '{kind}')"
    kept = kind in KEPT_KINDS
    return f"""
        IF '{kind}' = ANY(r_kind) THEN
            INSERT INTO {table} AS r (id, version, agency_id, visible_to, private_to, limited, body)
            SELECT t.id, t.version, t.agency_id, string_to_array(t.visible_to, ','),
                string_to_array(t.private_to, ','), string_to_array(t.limited, ','), t.body::jsonb
            FROM unnest(r_kind, r_id, r_version, r_agency, r_visible, r_private, r_limited, r_body)
                AS t(kind, id, version, agency_id, visible_to, private_to, limited, body)
            WHERE t.kind = '{kind}'
            ON CONFLICT (id) DO UPDATE SET version = excluded.version, agency_id = excluded.agency_id,
                visible_to = excluded.visible_to, private_to = excluded.private_to,
                limited = excluded.limited, body = excluded.body;
        END IF;
        IF '{kind}' = ANY(g_kind) THEN
            {f"UPDATE {table} SET archived = true" if kept else f"DELETE FROM {table}"} WHERE id IN
                {gone};
        END IF;"""


_PUT_ROWS = f"""
    CREATE FUNCTION centre.put_rows(
        r_kind text[], r_id text[], r_version bigint[], r_agency text[], r_visible text[], r_private text[],
        r_limited text[], r_body text[], g_kind text[], g_id text[]
    ) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN {"".join(_put_rows(kind) for kind in TABLES)}
    END $$
"""

_COMMIT_BATCH = """
    CREATE FUNCTION centre.commit_batch(
        p_epoch bigint, p_first bigint,
        e_type text[], e_recorded timestamptz[], e_bytes bytea[], e_hash bytea[],
        i_seq bigint[], i_kind text[], i_id text[],
        c_actor text[], c_id text[], c_digest bytea[], c_first bigint[], c_last bigint[], c_refused text[],
        c_answer bytea[], c_recorded timestamptz[],
        r_kind text[], r_id text[], r_version bigint[], r_agency text[], r_visible text[], r_private text[],
        r_limited text[], r_body text[], g_kind text[], g_id text[],
        a_free text[], a_id text[], a_unit text[], a_crew text[],
        k_subject text[], k_phone bytea[], k_key bytea[]
    ) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE
        head bigint;
        made bigint;
    BEGIN
        -- The row lock makes a taker-over wait for this commit, and this commit see a taker-over.
        UPDATE centre.lease SET renewed_at = clock_timestamp() WHERE epoch = p_epoch;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'epoch % no longer holds the lease', p_epoch USING ERRCODE = 'DC001';
        END IF;
        IF cardinality(e_type) > 0 THEN
            SELECT coalesce(max(seq), 0) INTO head FROM centre.events;
            IF head <> p_first - 1 THEN
                RAISE EXCEPTION 'event % does not follow %', p_first, head USING ERRCODE = 'DC002';
            END IF;
            INSERT INTO centre.events (seq, type, recorded_at, bytes, hash)
            SELECT p_first + t.n - 1, t.type, t.recorded_at, t.bytes, t.hash
            FROM unnest(e_type, e_recorded, e_bytes, e_hash) WITH ORDINALITY
                AS t(type, recorded_at, bytes, hash, n);
            INSERT INTO centre.event_index (kind, id, seq)
            SELECT t.kind, t.id, t.seq FROM unnest(i_kind, i_id, i_seq) AS t(kind, id, seq);
        END IF;
        INSERT INTO centre.commands
            (actor, command_id, digest, seq_first, seq_last, refused, answer, recorded_at)
        SELECT * FROM unnest(c_actor, c_id, c_digest, c_first, c_last, c_refused, c_answer, c_recorded);
        IF cardinality(r_kind) > 0 OR cardinality(g_kind) > 0 THEN
            PERFORM centre.put_rows(
                r_kind, r_id, r_version, r_agency, r_visible, r_private, r_limited, r_body, g_kind, g_id);
        END IF;
        IF cardinality(a_free) > 0 THEN
            DELETE FROM centre.commitments WHERE assignment_id = ANY(a_free);
        END IF;
        IF cardinality(a_id) > 0 THEN
            INSERT INTO centre.commitments (assignment_id, unit_id, crew_id)
            SELECT * FROM unnest(a_id, a_unit, a_crew);
        END IF;
        IF cardinality(k_subject) > 0 THEN
            INSERT INTO centre.subject_keys (subject, phone_lookup, key, created_at)
            SELECT t.*, clock_timestamp() FROM unnest(k_subject, k_phone, k_key) AS t ON CONFLICT DO NOTHING;
            GET DIAGNOSTICS made = ROW_COUNT;
            IF made < cardinality(k_subject) THEN
                -- A number that another process met first leads there; what is sealed here stays readable.
                INSERT INTO centre.subject_keys (subject, key, created_at)
                SELECT t.subject, t.key, clock_timestamp() FROM unnest(k_subject, k_key) AS t(subject, key)
                ON CONFLICT DO NOTHING;
            END IF;
        END IF;
        IF cardinality(e_type) > 0 THEN
            PERFORM pg_notify('centre', (p_first + cardinality(e_type) - 1)::text);
        END IF;
    END $$
"""

_TELL_OF_ERASURES = (
    """
    CREATE FUNCTION centre.tell_of_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_notify('centre_erased', NEW.subject);
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER erased AFTER UPDATE ON centre.subject_keys
    FOR EACH ROW WHEN (OLD.key IS NOT NULL AND NEW.key IS NULL) EXECUTE FUNCTION centre.tell_of_erasure()
    """,
)
"""Whoever erases a key, every process that may hold it in memory is told."""

AFTER_TABLES = (*_GUARDS, _PUT_ROWS, _COMMIT_BATCH, *_TELL_OF_ERASURES)
