"""Who may read what, in the database itself.

`dispatch_reader` is the role reads run under. It sees rows only through `seen_…` views; these belong to
`dispatch_mask`, whom row security binds: a row shows when one of `centre.agencies` (a setting of the
transaction) may see it, and its limited fields are null unless one of them is in `private_to`. Without the
setting nothing shows. Neither role may log in, write, or read the log, keys, accounts or sessions.
"""

from dispatch.store.tables.rows import TABLES

READER = "dispatch_reader"
MASK = "dispatch_mask"


def _role(name: str) -> str:
    # Roles belong to the whole cluster: another database may have made them, or be making them now.
    return f"""
        DO $$ BEGIN
            CREATE ROLE {name} NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END $$
    """


def _membership(name: str) -> str:
    return f"""
        DO $$ BEGIN
            IF NOT pg_has_role(current_user, '{name}', 'MEMBER') THEN GRANT {name} TO CURRENT_USER; END IF;
        END $$
    """


_FUNCTIONS = (
    """
    CREATE FUNCTION centre.my_agencies() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
        SELECT CASE WHEN coalesce(current_setting('centre.agencies', true), '') = '' THEN '{}'::text[]
            ELSE string_to_array(current_setting('centre.agencies', true), ',') || '*'::text END
    $$
    """,
    """
    CREATE FUNCTION centre.masked(body jsonb, hidden text[]) RETURNS jsonb LANGUAGE sql IMMUTABLE
    PARALLEL SAFE AS $$
        SELECT body || coalesce(
            (SELECT jsonb_object_agg(name, NULL::text) FROM unnest(hidden) AS h(name)), '{}')
    $$
    """,
)


def _row_rules(kind: str) -> tuple[str, ...]:
    """Who may read the rows of a kind."""
    table = TABLES[kind]
    view = f"centre.seen_{table.name}"
    others = ", ".join(column.name for column in table.columns if column.name != "body")
    return (
        f"ALTER TABLE {table.fullname} ENABLE ROW LEVEL SECURITY",
        f"CREATE POLICY seen ON {table.fullname} FOR SELECT TO {MASK} "
        "USING (visible_to && (SELECT centre.my_agencies()))",
        f"GRANT SELECT ON {table.fullname} TO {MASK}",
        f"CREATE VIEW {view} WITH (security_barrier) AS SELECT {others}, CASE "
        "WHEN limited = '{}' OR private_to && (SELECT centre.my_agencies()) THEN body "
        f"ELSE centre.masked(body, limited) END AS body FROM {table.fullname}",
        f"ALTER VIEW {view} OWNER TO {MASK}",
        f"GRANT SELECT ON {view} TO {READER}",
    )


def _agency_rules(table: str) -> tuple[str, ...]:
    return (
        f"ALTER TABLE centre.{table} ENABLE ROW LEVEL SECURITY",
        f"CREATE POLICY own ON centre.{table} FOR SELECT TO {READER} "
        "USING (agency_id = ANY((SELECT centre.my_agencies())::text[]))",
        f"GRANT SELECT ON centre.{table} TO {READER}",
    )


_LET_MASK_CREATE = f"GRANT CREATE ON SCHEMA centre TO {MASK}"
_END_MASK_CREATE = f"REVOKE CREATE ON SCHEMA centre FROM {MASK}"
"""Around making views: only who may create in a schema can own what stands there."""

STATEMENTS = (
    _role(READER),
    _role(MASK),
    _membership(READER),
    _membership(MASK),
    f"GRANT USAGE ON SCHEMA centre TO {READER}, {MASK}",
    _LET_MASK_CREATE,
    *_FUNCTIONS,
    *(statement for kind in TABLES for statement in _row_rules(kind)),
    *_agency_rules("position_history"),
    *_agency_rules("drafts"),
    _END_MASK_CREATE,
)
