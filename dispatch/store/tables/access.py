"""Accounts and what the rim keeps beside the log: sessions, devices, drafts, rejected input."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from dispatch.store.tables.base import metadata, utc

users = Table(
    "users",
    metadata,
    Column("id", Text, primary_key=True),
    Column("login", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False, server_default=text("''")),
    Column("password_hash", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("agencies", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("unit_id", Text),
    Column("station_id", Text),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    Column("demo", Boolean, nullable=False, server_default=text("false")),
    utc("created_at"),
    utc("changed_at"),
    CheckConstraint("login = lower(login) AND login <> ''", name="login"),
    comment="password_hash is argon2id. Demo accounts exist only in demo and training instances.",
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("user_id", Text, ForeignKey("centre.users.id", ondelete="CASCADE"), nullable=False, index=True),
    utc("created_at"),
    utc("expires_at"),
    utc("last_seen_at"),
    utc("ended_at", nullable=True),
    Column("address", Text, nullable=False, server_default=text("''")),
    comment="token_hash is sha256 of the cookie: a copy of the database signs nobody in.",
)

devices = Table(
    "devices",
    metadata,
    Column("id", Text, primary_key=True),
    Column("key_hash", LargeBinary, nullable=False, unique=True),
    utc("created_at"),
    utc("last_seen_at"),
    utc("blocked_until", nullable=True),
    comment="Reporters' devices: only the key's holder may resend or follow its report.",
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("user_id", Text, ForeignKey("centre.users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("agency_id", Text, nullable=False),
    Column("body", JSONB, nullable=False),
    utc("changed_at"),
    comment="Forms while they are typed; purged after a day.",
)

early_fixes = Table(
    "early_fixes",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("fix", JSONB, nullable=False),
    utc("told_at"),
    Index("early_fixes_told_at_index", "told_at"),
    comment="Where telephones said they are before their call rang; purged after minutes.",
)

rejected = Table(
    "rejected",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    utc("at"),
    Column("channel", Text, nullable=False),
    Column("principal", Text, nullable=False, server_default=text("''")),
    Column("address", Text, nullable=False, server_default=text("''")),
    Column("code", Text, nullable=False),
    Column("data", JSONB, nullable=False, server_default=text("'{}'")),
    Column("frame", LargeBinary, nullable=False, server_default=text("''")),
    Index("rejected_at_index", "at"),
    comment="Input that could not be accepted, as it came (cut to a bounded length).",
)

audit = Table(
    "audit",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    utc("at"),
    Column("actor", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("detail", JSONB, nullable=False),
    Index("audit_at_index", "at"),
    comment="What people did that is no event: lines typed (verbatim), the past looked at, exports.",
)
