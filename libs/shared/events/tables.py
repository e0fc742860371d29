"""The tables of ``STEPS`` as metadata, so that a service's drift test compares them with what migrations made."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)
from sqlalchemy import Uuid as UuidType
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP

_NOW = sql("clock_timestamp()")
_SCOPE = sql("NULLIF(current_setting('skoleloeft.municipalities'::text, true), ''::text)")
"""The municipalities of the transaction that writes the row, as its scope names them."""


def _moment(name: str, *, nullable: bool = False, default: bool = False) -> Column[object]:
    return Column(name, TIMESTAMP(timezone=True), nullable=nullable, server_default=_NOW if default else None)


def _headers() -> tuple[Column[object], Column[object]]:
    """Two arrays of bytes instead of JSON, because a dead letter's header names and values may be any bytes."""
    return (
        Column("header_names", ARRAY(LargeBinary), nullable=False),
        Column("header_values", ARRAY(LargeBinary), nullable=False),
    )


def event_tables(metadata: MetaData) -> tuple[Table, Table, Table]:
    """Add outbox, inbox and dead letters to ``metadata``, and the tables of ``rebuild_tables``.

    None is a tenant table: they contain only what is on the bus anyway.
    """
    outbox = Table(
        "outbox",
        metadata,
        Column("seq", BigInteger, Identity(always=True), primary_key=True),
        Column("id", UuidType, nullable=False),
        Column("topic", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("value", LargeBinary),
        Column("headers", LargeBinary, nullable=False),
        _moment("created_at", default=True),
        _moment("published_at", nullable=True),
        _moment("set_aside_at", nullable=True),
        Column("set_aside_reason", Text),
        Column("origin", Text, server_default=_SCOPE),
        CheckConstraint(
            "(set_aside_at IS NULL) = (set_aside_reason IS NULL) AND (set_aside_at IS NULL OR published_at IS NULL)",
            name="set_aside",
        ),
    )
    waiting = outbox.c.published_at.is_(None) & outbox.c.set_aside_at.is_(None)
    Index("ix_outbox_unpublished", outbox.c.seq, postgresql_where=waiting)
    Index("ix_outbox_set_aside", outbox.c.topic, outbox.c.key, postgresql_where=outbox.c.set_aside_at.is_not(None))
    Table(
        "told_position",
        metadata,
        Column("origin", Text, primary_key=True),
        Column("topic", Text, primary_key=True),
        Column("partition", Integer, primary_key=True, autoincrement=False),
        Column("next_offset", BigInteger, nullable=False),
    )
    inbox = Table(
        "inbox",
        metadata,
        Column("consumer_group", Text, primary_key=True),
        Column("event_id", UuidType, primary_key=True),
        Column("topic", Text, nullable=False),
        Column("partition", Integer, nullable=False),
        Column("offset", BigInteger, nullable=False),
        _moment("received_at", default=True),
    )
    dead_letter = Table(
        "dead_letter",
        metadata,
        Column("consumer_group", Text, primary_key=True),
        Column("id", UuidType, primary_key=True),
        Column("topic", Text, nullable=False),
        Column("partition", Integer, nullable=False),
        Column("offset", BigInteger, nullable=False),
        Column("key", LargeBinary, nullable=False),
        Column("value", LargeBinary),
        *_headers(),
        Column("written_ms", BigInteger, nullable=False),
        Column("municipality", Text),
        Column("error_type", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("tries", Integer, nullable=False),
        _moment("at", default=True),
        Column("state", Text, nullable=False, server_default="open"),
        _moment("state_at", nullable=True),
        CheckConstraint("state IN ('open', 'replayed', 'discarded')", name="state"),
    )
    Index(
        "ix_dead_letter_open",
        dead_letter.c.consumer_group,
        dead_letter.c.at,
        postgresql_where=dead_letter.c.state == sql("'open'"),
    )
    Index(
        "ix_dead_letter_municipality",
        dead_letter.c.consumer_group,
        dead_letter.c.municipality,
        dead_letter.c.at,
        postgresql_where=dead_letter.c.state == sql("'open'"),
    )
    rebuild_tables(metadata)
    Index("ix_inbox_received_at", inbox.c.received_at, postgresql_using="brin")
    Index("ix_dead_letter_finished", dead_letter.c.state_at, postgresql_where=dead_letter.c.state != sql("'open'"))
    return outbox, inbox, dead_letter


def rebuild_tables(metadata: MetaData) -> None:
    """Add the tables of rebuilds, of the keys they have seen, and of the number added to versions after a restore."""
    rebuild = Table(
        "rebuild",
        metadata,
        Column("id", UuidType, primary_key=True),
        Column("consumer_group", Text, nullable=False),
        Column("topic", Text, nullable=False),
        Column("state", Text, nullable=False, server_default="running"),
        Column("reason", Text),
        Column("above", Integer, nullable=False, server_default="0"),
        *(Column(name, BigInteger, nullable=False, server_default="0") for name in ("taken", "refused", "removed")),
        Column("waiting", BigInteger),
        _moment("requested_at", default=True),
        _moment("started_at", nullable=True),
        _moment("finished_at", nullable=True),
        CheckConstraint("state IN ('running', 'done', 'failed')", name="state"),
    )
    Index(
        "ux_rebuild_running",
        rebuild.c.consumer_group,
        rebuild.c.topic,
        unique=True,
        postgresql_where=rebuild.c.state == sql("'running'"),
    )
    Table(
        "rebuild_seen",
        metadata,
        Column("rebuild_id", UuidType, primary_key=True),
        Column("key", Text, primary_key=True),
    )
    Table(
        "version_raise",
        metadata,
        Column("one", Boolean, primary_key=True),
        Column("raised_by", Integer, nullable=False),
        _moment("raised_at", default=True),
        CheckConstraint("one", name="one"),
    )
