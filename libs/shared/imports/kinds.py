"""A kind of file, declared once: the check of its header, template, guide and parser all come from the row model."""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from pydantic import BaseModel, ConfigDict

from libs.shared.auth.principal import Role
from libs.shared.db.database import WriteSession
from libs.shared.imports.batch import Batch, BatchResult
from libs.shared.imports.columns import ReadyColumn, ready
from libs.shared.imports.errors import ErrorCatalog, ErrorText
from libs.shared.imports.problems import KindUnknown

RETURNED_COLUMNS = ("_row", "_code", "_reason_da", "_reason_en")
"""Columns that the file of refused rows adds; accepted and ignored when it is sent back."""

INSTITUTION = "institution_number"
"""The column that names a row's institution, in every kind that has one."""

Handler = Callable[[WriteSession, Batch], Awaitable[BatchResult]]
"""Writes a batch by set and accounts for every row; it never commits."""


class ImportRow(BaseModel):
    """Base of row models: each field is ``Annotated[type, Column(...)]``; a default or ``| None`` makes it optional."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)


@dataclass(frozen=True)
class Kind:
    """One kind of file.

    ``natural_key`` names the columns whose values together are one row's identity: a second one in the same file is
    refused. ``park_by`` names the identifier column whose unknown pupil parks a row; None means nothing is parked.
    ``errors`` are the codes that the kind's own converters and handler use.

    A sender that is held to institutions writes about these alone. Rows with the column ``institution_number`` are
    held to it before the handler sees them; a kind without it is ``of_pupils``: its handler holds each row to
    ``Batch.institutions`` by where the row's pupil is. ``sent_by`` is the one role that sends the kind.
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
    of_pupils: bool = False
    sent_by: Role = Role.MUNICIPALITY_INTEGRATION

    def __post_init__(self) -> None:
        names = set(self.names)
        if not self.natural_key or not set(self.natural_key) <= names:
            raise TypeError(f"{self.name}: the natural key must name columns")
        if self.of_pupils == (INSTITUTION in names):
            raise TypeError(f"{self.name}: rows have the column {INSTITUTION}, or the kind is of_pupils")
        if self.park_by is not None:
            parked = self.by_name.get(self.park_by)
            if parked is None or not parked.column.identifier:
                raise TypeError(f"{self.name}: park_by must name an identifier column")
            if any(column.column.secret for column in self.columns):
                raise TypeError(f"{self.name}: a kind with secret columns cannot park rows")

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


class Kinds:
    """The kinds a service takes, each bound to its handler (built in ``wiring.py``)."""

    def __init__(self, bound: Iterable[tuple[Kind, Handler]]) -> None:
        self._bound = {kind.name: (kind, handler) for kind, handler in bound}

    def __iter__(self) -> Iterator[Kind]:
        return (kind for kind, _ in self._bound.values())

    def kind(self, name: str) -> Kind:
        """The kind of this name. Raises ``KindUnknown``."""
        if name not in self._bound:
            raise KindUnknown(pointer="/query/kind", kinds=", ".join(self._bound))
        return self._bound[name][0]

    def handler(self, name: str) -> Handler:
        """The handler of a kind. Raises ``KindUnknown``."""
        self.kind(name)
        return self._bound[name][1]
