"""A kind of file, declared once: header check, template, guide and parser are all derived from the row model."""

from dataclasses import dataclass, field
from functools import cached_property

from pydantic import BaseModel, ConfigDict

from libs.shared.auth.principal import Role
from libs.shared.files.columns import ReadyColumn
from libs.shared.files.declared import ready
from libs.shared.files.errors import ErrorCatalog, ErrorText
from libs.shared.files.row_checks import RowCheck

RETURNED_COLUMNS = ("_row", "_code", "_reason_da", "_reason_en")
"""Columns that the file of refused rows adds; accepted and ignored when it is sent back."""

INSTITUTION = "institution_number"
"""The column that names a row's institution, in every kind that has one."""
SCHOOL_YEAR = "school_year"
"""The column that names a row's school year, in every kind that may be sent complete."""


class ImportRow(BaseModel):
    """Base of row models: each field is ``Annotated[type, Column(...)]``; a default or ``| None`` makes it optional."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)


@dataclass(frozen=True)
class Kind:
    """One kind of file.

    ``natural_key`` names the columns whose values together are one row's identity: a second one in the same file is
    refused. ``settles_by`` are those of them whose equal values are judged together, whatever else is in the file; by
    default all. ``park_by`` names the identifier column whose unknown pupil parks a row; None: rows wait by their
    pupil's id alone. ``errors`` are the codes that the kind's own converters, checks and handler use.
    ``checks`` are the rules about one row alone.

    A sender that is held to institutions writes about these alone. Rows with the column ``institution_number`` are
    held to it before the handler sees them; a kind without it is ``of_pupils``: its handler holds each row to
    ``Batch.institutions`` by where the row's pupil is. ``sent_by`` is the one role that sends the kind.

    A batch has about ``slice_rows`` rows. Those of a kind that works ``by_set`` stay in the database, and ``parallel``
    says that two batches of one file may be worked on at a time. ``locks_by`` are the columns that locking a whole
    file at once may look at, by default ``settles_by``. A file waits for earlier ones of the kinds in ``after``.

    A kind that may be ``complete`` is also taken as a snapshot of one institution and school year (``scope=complete``).
    Then alone the columns ``known_to_snapshots`` may be empty.

    A file has at most ``most_lines`` lines. Blank lines count too, because reading each line takes time.
    """

    name: str
    model: type[ImportRow]
    natural_key: tuple[str, ...]
    title_da: str
    title_en: str
    about_da: str = ""
    about_en: str = ""
    park_by: str | None = None
    errors: tuple[ErrorText, ...] = field(default=())
    checks: tuple[RowCheck, ...] = ()
    of_pupils: bool = False
    sent_by: Role = Role.MUNICIPALITY_INTEGRATION
    settles_by: tuple[str, ...] = ()
    locks_by: tuple[str, ...] = ()
    by_set: bool = False
    parallel: bool = False
    slice_rows: int = 10_000
    most_lines: int = 10_000_000
    after: tuple[str, ...] = ()
    complete: bool = False
    known_to_snapshots: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        names = set(self.names)
        if not self.natural_key or not set(self.natural_key) <= names:
            raise TypeError(f"{self.name}: the natural key must name columns")
        if not set(self.settles_by) <= set(self.natural_key):
            # Otherwise two rows with one key could be in two batches, and neither would be refused.
            raise TypeError(f"{self.name}: what rows are settled by must be of the natural key")
        if not {name for check in self.checks for name in check.columns} <= names:
            raise TypeError(f"{self.name}: a row check must name columns")
        if self.by_set and any(column.column.secret for column in self.columns):
            raise TypeError(f"{self.name}: secret columns are sealed in the database, so it cannot work by set")
        if self.of_pupils == (INSTITUTION in names):
            raise TypeError(f"{self.name}: rows have the column {INSTITUTION}, or the kind is of_pupils")
        if self.complete and not (
            {INSTITUTION, SCHOOL_YEAR} <= names and any(column.column.keyed for column in self.columns)
        ):
            raise TypeError(f"{self.name}: a complete file says institution, school year and who each row is about")
        if any(name not in names or self.by_name[name].required for name in self.known_to_snapshots):
            raise TypeError(f"{self.name}: what only a snapshot may leave out is an optional column")
        if self.park_by is not None:
            parked = self.by_name.get(self.park_by)
            if parked is None or not parked.column.identifier:
                raise TypeError(f"{self.name}: park_by must name an identifier column")
            if any(column.column.secret for column in self.columns):
                raise TypeError(f"{self.name}: a kind with secret columns cannot park rows")

    @property
    def group(self) -> tuple[str, ...]:
        """The columns whose equal values are judged together."""
        return self.settles_by or self.natural_key

    @cached_property
    def columns(self) -> tuple[ReadyColumn, ...]:
        """The columns in order."""
        return tuple(ready(name, info) for name, info in self.model.model_fields.items())

    @cached_property
    def by_name(self) -> dict[str, ReadyColumn]:
        """The columns by name."""
        return {column.name: column for column in self.columns}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The columns' names in order."""
        return tuple(column.name for column in self.columns)

    @cached_property
    def catalog(self) -> ErrorCatalog:
        """The common error texts and the kind's own."""
        return ErrorCatalog(self.errors)

    def template(self) -> str:
        """The empty file: its header line."""
        return ";".join(self.names) + "\r\n"
