"""The log and what belongs to it. All of this migrates; nothing here can be made again from anything else."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    text,
)

from dispatch.store.tables.base import metadata, utc

instance = Table(
    "instance",
    metadata,
    Column("one", SmallInteger, primary_key=True, server_default=text("1")),
    Column("centre_id", Text, nullable=False),
    Column("log_id", Text, nullable=False),
    Column("log_after", BigInteger, nullable=False, server_default=text("0")),
    Column("mode", Text, nullable=False),
    utc("created_at"),
    CheckConstraint("one = 1", name="single"),
    CheckConstraint("mode IN ('demo', 'training', 'live')", name="mode"),
    comment="This database's centre. log_id names the log after event log_after: a restore begins a new one.",
)

CLOSING_TYPES = ("report.ended", "report.attached", "incident.opened", "leg.closed", "leg.refused")
"""Events by which a person deals with a report or ends a leg: found by their time, for supervision."""

events = Table(
    "events",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("type", Text, nullable=False),
    utc("recorded_at"),
    Column("bytes", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Index(
        "events_closing_index",
        "recorded_at",
        postgresql_where=text("type IN (" + ", ".join(f"'{type_}'" for type_ in CLOSING_TYPES) + ")"),
    ),
    comment="hash = sha256(hash of seq - 1 || bytes); bytes is the envelope as JSON, never rewritten.",
)

event_index = Table(
    "event_index",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    comment="Which events tell of an incident, report, call or unit. Made again by a rebuild.",
)

commands = Table(
    "commands",
    metadata,
    Column("actor", Text, primary_key=True),
    Column("command_id", Text, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("seq_first", BigInteger, nullable=False),
    Column("seq_last", BigInteger, nullable=False),
    Column("refused", Text),
    Column("answer", LargeBinary, nullable=False),
    utc("recorded_at"),
    comment="The durable answer to each command, refused ones too. Without events seq_first = seq_last + 1.",
)

lease = Table(
    "lease",
    metadata,
    Column("one", SmallInteger, primary_key=True, server_default=text("1")),
    Column("epoch", BigInteger, nullable=False),
    Column("holder", Text),
    Column("backend_pid", Integer),
    utc("backend_start", nullable=True),
    utc("renewed_at"),
    CheckConstraint("one = 1", name="single"),
    comment="Who may write. A commit under another epoch fails.",
)

subject_keys = Table(
    "subject_keys",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("phone_lookup", LargeBinary, unique=True),
    Column("key", LargeBinary),
    utc("created_at"),
    utc("erased_at", nullable=True),
    CheckConstraint("(key IS NULL) = (erased_at IS NOT NULL)", name="erased"),
    comment="One AES-256 key per subject of personal values; erasing it makes them unreadable for ever.",
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("fold_version", Integer, primary_key=True, autoincrement=False),
    utc("recorded_at", nullable=True),
    Column("state_hash", Text, nullable=False),
    Column("bytes", LargeBinary, nullable=False),
    comment="The fold of events 1 … seq, for quick starts and replays.",
)

commitments = Table(
    "commitments",
    metadata,
    Column("assignment_id", Text, primary_key=True),
    Column("unit_id", Text, nullable=False),
    Column("crew_id", Text),
    Index("commitments_one_per_unit", "unit_id", unique=True),
    Index("commitments_one_per_crew", "crew_id", unique=True, postgresql_where=text("crew_id IS NOT NULL")),
    comment="Active assignments: one per unit and one per crew, whatever the code does.",
)
