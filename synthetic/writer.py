"""Writes one file row by row and keeps its expected counts."""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from synthetic.dialect import TIDY, Dialect
from synthetic.forecast import Correction, FileForecast, RefusedRow, Service, expected

COLUMNS: dict[str, tuple[str, ...]] = {
    "schools": ("institution_number", "name", "kind"),
    "classes": ("institution_number", "school_year", "name", "grade", "kind"),
    "calendars": ("institution_number", "date"),
    "pupils": (
        *("cpr_number", "uni_login", "local_id", "name"),
        *("institution_number", "school_year", "class_name", "valid_from", "valid_to"),
    ),
    "indicators": ("cpr_number", "indicator", "subject", "grade", "date", "value"),
    "completeness": ("institution_number", "month"),
    "absence": ("pupil", "date", "category", "days"),
}
"""The columns of each kind of file, in order."""

_ABSENCE_INGEST = frozenset({"completeness", "absence"})
_NAMES_NO_PUPIL = frozenset({"schools", "classes", "calendars", "completeness"})


class FileWriter:
    """A file that is being written; a context manager. Fields are given with ISO dates and decimal points."""

    def __init__(
        self, out: Path, path: str, kind: str, dialect: Dialect = TIDY, stage: Literal["first", "late"] = "first"
    ) -> None:
        self._to = (out / path).open("wb")
        self._path, self._kind, self._dialect, self._stage = path, kind, dialect, stage
        self._columns = COLUMNS[kind]
        self._service: Service = "absence_ingest" if kind in _ABSENCE_INGEST else "registration"
        self._identifier = None if kind in _NAMES_NO_PUPIL else "cpr_number"
        self._rows = 0
        self._refused: list[RefusedRow] = []
        self._corrected: dict[int, str] = {}
        self._repeated = 0
        self.parked: list[int] = []
        if dialect.bom:
            self._to.write("\ufeff".encode())
        self._to.write(dialect.encode(dialect.header(self._columns)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._to.close()

    def row(self, *fields: str, parked: bool = False) -> None:
        """Write a row that is accepted, or parked."""
        self._rows += 1
        self._to.write(self._dialect.encode(self._dialect.row(self._columns, fields, self._rows)))
        if parked:
            self.parked.append(self._rows)

    def refused(
        self, fields: Sequence[str], code: str, column: str, corrected: Sequence[str], *, repeats: bool = False
    ) -> None:
        """Write a row that is refused. Its corrected form is accepted, or is unchanged if it ``repeats`` an accepted
        row.
        """
        self.row(*fields)
        self._refused.append(RefusedRow(self._rows, column, code))
        self._corrected[self._rows] = self._dialect.row(self._columns, corrected, self._rows)
        self._repeated += repeats

    def forecast(self) -> FileForecast:
        """The file's forecast."""
        counts = expected(self._rows, len(self.parked), (row.code for row in self._refused))
        return FileForecast(
            self._path,
            self._kind,
            self._service,
            self._dialect.content_type,
            self._identifier,
            self._stage,
            self._rows,
            counts,
            self._refused,
        )

    def correction(self) -> Correction | None:
        """The corrected rows, if any row is refused."""
        if not self._corrected:
            return None
        header = self._dialect.header(self._columns)
        counts = expected(len(self._corrected), 0, (), unchanged=self._repeated)
        return Correction(self._path, self._kind, self._service, self._identifier, header, self._corrected, counts)
