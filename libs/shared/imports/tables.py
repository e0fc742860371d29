"""The tables of imports. A service adds them to its own metadata by ``define``; the steps in ``steps/`` create them.

No column holds an identifier in the clear: chunks and refused rows are encrypted, parked rows hold lookup keys,
fingerprints and row keys are keyed digests.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from libs.shared.rotation import tables as rotation

_ZERO = text("0")
_EMPTY = text("'{}'::jsonb")


def _moment(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, Text, nullable=nullable)


def _count(name: str) -> Column[object]:
    return Column(name, Integer, nullable=False, server_default=_ZERO)


def _of_receipt(table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["receipt_id"], ["import_receipt.id"], ondelete="CASCADE", name=f"fk_{table}_receipt_id"
    )


def define(metadata: MetaData) -> None:
    """Add the tables of imports and that of retired keys to ``metadata``. ``staging.tables`` adds the tables of staged
    rows, one pair for each kind.
    """
    rotation.define(metadata)
    _receipt(metadata)
    Table(
        "import_chunk",
        metadata,
        Column("receipt_id", Uuid, primary_key=True),
        Column("seq", Integer, primary_key=True, autoincrement=False),
        _text("municipality_code"),
        Column("first_line", Integer, nullable=False),
        Column("lines", Integer, nullable=False),
        Column("size", Integer, nullable=False),
        _text("fingerprint"),
        Column("sealed", LargeBinary, nullable=False),
        # The number of the staging that last parsed the chunk, 0 for none, and what it found.
        *(_count(name) for name in ("staging", "row_count", "refused")),
        *(Column(name, JSONB, nullable=False, server_default=_EMPTY) for name in ("refused_by_code", "notices")),
        # For a snapshot: the keys of the identifiers in its refused rows, until it is compared.
        Column("named", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
        # The code of the problem that stops the file, if there is one.
        _text("stop", nullable=True),
        # For a file that is staged again: the numbers of the chunk's rows that are done; null until they are looked up.
        Column("written_rows", ARRAY(Integer)),
        _of_receipt("import_chunk"),
    )
    _work(metadata)
    Table(
        "import_refusal",
        metadata,
        Column("receipt_id", Uuid, primary_key=True),
        Column("row_no", Integer, primary_key=True, autoincrement=False),
        Column("line_no", Integer, nullable=False),
        _text("municipality_code"),
        _text("code"),
        Column("errors", JSONB, nullable=False),
        Column("sealed", LargeBinary),
        # The slice in which the row was refused; null for a row that could not be read, or that had been parked.
        Column("slice", Integer),
        Column("replayed", Boolean, nullable=False, server_default=false()),
        _moment("created_at"),
        _of_receipt("import_refusal"),
        Index("ix_import_refusal_created_at", "created_at"),
    )
    _differences(metadata)
    _waiting(metadata)


def _differences(metadata: MetaData) -> None:
    """The changes that a snapshot makes, found before it is applied."""
    differences = Table(
        "import_difference",
        metadata,
        Column("receipt_id", Uuid, primary_key=True),
        Column("number", Integer, primary_key=True, autoincrement=False),
        *(_text(name) for name in ("municipality_code", "change", "place")),
        _text("from_place", nullable=True),
        # Null for pupils who are not stored yet; ``pupils`` is their number.
        Column("pupil_id", Uuid),
        Column("pupils", Integer, nullable=False),
        # What the handler ends after the rows are applied; null for a change that the rows make themselves.
        Column("ends", JSONB),
        # The number of memberships that were ended; null before that.
        Column("closed", Integer),
        _of_receipt("import_difference"),
    )
    Index(
        "ix_import_difference_open",
        differences.c.receipt_id,
        differences.c.number,
        postgresql_where=text("ends IS NOT NULL AND closed IS NULL"),
    )


def _work(metadata: MetaData) -> None:
    """Which slices of a file are done, which worker has which step, and which staging is still there."""
    Table(
        "import_slice",
        metadata,
        Column("receipt_id", Uuid, primary_key=True),
        Column("staging", Integer, primary_key=True, autoincrement=False),
        Column("number", Integer, primary_key=True, autoincrement=False),
        _text("municipality_code"),
        *(
            Column(name, Integer, nullable=False)
            for name in ("row_count", "accepted", "unchanged", "parked", "refused")
        ),
        Column("refused_by_code", JSONB, nullable=False),
        Column("written", Boolean, nullable=False),
        # The rows that are done, needed if the file must be staged again; null for a slice that was only judged, and
        # for a file that is taken as a whole.
        Column("row_numbers", ARRAY(Integer)),
        _of_receipt("import_slice"),
    )
    Table(
        "import_claim",
        metadata,
        Column("receipt_id", Uuid, primary_key=True),
        Column("phase", Text, primary_key=True),
        Column("number", Integer, primary_key=True, autoincrement=False),
        _text("municipality_code"),
        Column("token", Uuid, nullable=False),
        Column("tries", Integer, nullable=False),
        _count("delays"),
        _moment("claimed_at"),
        _of_receipt("import_claim"),
    )
    # Unlogged, like the tables of staged rows: a crash of the server empties this table together with them.
    Table(
        "import_staging",
        metadata,
        Column("receipt_id", Uuid, primary_key=True),
        _text("municipality_code"),
        Column("staging", Integer, nullable=False),
        Column("settled", Boolean, nullable=False, server_default=false()),
        # The hashes of groups that are too large to be judged.
        Column("crowded", ARRAY(BigInteger)),
        prefixes=["UNLOGGED"],
    )


def _receipt(metadata: MetaData) -> None:
    Table(
        "import_receipt",
        metadata,
        Column("id", Uuid, primary_key=True),
        _text("municipality_code"),
        # The institutions that the sender is limited to; null: the whole municipality.
        Column("institution_numbers", ARRAY(Text)),
        *(_text(name) for name in ("kind", "mode", "atomic", "identifier", "media", "charset")),
        _text("separator", nullable=True),
        Column("header", JSONB, nullable=False),
        _text("idempotency_key"),
        Column("upload_token", Uuid, nullable=False),
        _text("key_id", nullable=True),
        _text("fingerprint", nullable=True),
        Column("bytes", BigInteger, nullable=False, server_default=_ZERO),
        _count("chunks"),
        _count("chunks_done"),
        _text("state"),
        Column("written", Boolean, nullable=False, server_default=false()),
        *(_count(name) for name in ("row_count", "accepted", "unchanged", "parked", "refused")),
        *(Column(name, JSONB, nullable=False, server_default=_EMPTY) for name in ("refused_by_code", "notices")),
        _text("phase", nullable=True),
        # How many times its rows were staged, and the number of slices they are divided into.
        *(_count(name) for name in ("staging", "slices")),
        _text("lookup_key_id", nullable=True),
        _count("attempts"),
        _moment("not_before", nullable=True),
        _text("error", nullable=True),
        _text("created_by"),
        _moment("created_at"),
        # When the last chunk was stored.
        _moment("touched_at"),
        _moment("queued_at", nullable=True),
        _moment("finished_at", nullable=True),
        # A position of another service's receipt that this service had reached before it took the file.
        _text("after", nullable=True),
        # The highest ``seq`` of the outbox when the receipt became final.
        Column("outbox_seq", BigInteger),
        # For a snapshot: the institution and school year that it is complete for, and which source made it when.
        *(_text(name, nullable=True) for name in ("institution_number", "school_year", "source")),
        _moment("source_moment", nullable=True),
        # The result of comparing it, and the number of memberships that it closed.
        Column("comparison", JSONB),
        _count("closed"),
        # Until when it is held, and what was decided.
        _moment("held_until", nullable=True),
        *(_text(name, nullable=True) for name in ("decision", "decided_by")),
        _moment("decided_at", nullable=True),
        # For a part of a file of several kinds: that file's receipt, the part's place in it, and the unit within which
        # parts wait for each other.
        Column("part_of", Uuid),
        *(Column(name, Integer) for name in ("part", "unit")),
        # For such a file (state ``divided``): what its head says and what is not kept of it.
        Column("told", JSONB),
        ForeignKeyConstraint(["part_of"], ["import_receipt.id"], ondelete="CASCADE", name="fk_import_receipt_part_of"),
        UniqueConstraint(
            "municipality_code", "idempotency_key", name="uq_import_receipt_municipality_code_idempotency_key"
        ),
        Index(
            "ix_import_receipt_pending",
            "municipality_code",
            "kind",
            "queued_at",
            postgresql_where=text("state IN ('queued', 'working')"),
        ),
        Index(
            "ix_import_receipt_source",
            *("municipality_code", "kind", "institution_number", "school_year", "source", "source_moment"),
            postgresql_where=text("source IS NOT NULL"),
        ),
        Index("ix_import_receipt_held", "municipality_code", "held_until", postgresql_where=text("state = 'held'")),
        Index("ix_import_receipt_part_of", "part_of", "part", postgresql_where=text("part_of IS NOT NULL")),
        Index("ix_import_receipt_leaving", "finished_at", postgresql_where=text("phase = 'leaving'")),
        Index(
            "ix_import_receipt_unfinished",
            "municipality_code",
            postgresql_where=text("state IN ('receiving', 'queued', 'working')"),
        ),
    )


def _waiting(metadata: MetaData) -> None:
    """Parked rows, and notes of changes that they may wait for."""
    waits = Table(
        "parked_row",
        metadata,
        Column("id", Uuid, primary_key=True),
        *(_text(name) for name in ("municipality_code", "kind")),
        Column("fact", LargeBinary, nullable=False),
        Column("receipt_id", Uuid, nullable=False),
        Column("row_no", Integer, nullable=False),
        _text("reason"),
        *(_text(name, nullable=True) for name in ("key_kind", "key_id", "key_value")),
        Column("pupil_id", Uuid),
        Column("case_id", Uuid),
        # Exactly one of the two has a value: ``sealed`` if the kind has secret columns.
        Column("payload", JSONB),
        Column("sealed", LargeBinary),
        *(_moment(name) for name in ("as_of", "since", "until")),
        Column("due", Boolean, nullable=False),
        Column("round", Uuid),
        _of_receipt("parked_row"),
        UniqueConstraint("municipality_code", "kind", "fact", name="uq_parked_row_municipality_code_kind_fact"),
        Index("ix_parked_row_receipt_id", "receipt_id", "row_no"),
        Index("ix_parked_row_key_value_key_id", "key_value", "key_id"),
        Index("ix_parked_row_pupil_id", "pupil_id"),
        Index("ix_parked_row_as_of", "municipality_code", "kind", "as_of"),
        Index("ix_parked_row_until", "until"),
    )
    Index(
        "ix_parked_row_due",
        *(waits.c[name] for name in ("municipality_code", "as_of", "receipt_id", "row_no")),
        postgresql_where=waits.c.due,
    )
    Table(
        "replay_due",
        metadata,
        Column("no", BigInteger, Identity(always=True), primary_key=True),
        *(_text(name) for name in ("municipality_code", "about")),
        Column("ids", ARRAY(Uuid), nullable=False),
        Column("round", Uuid),
        Index("ix_replay_due_municipality_code", "municipality_code", "round", "no"),
    )
