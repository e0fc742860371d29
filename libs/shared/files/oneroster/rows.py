"""One row of a file by the names of its columns, with the status that a delta gives it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from libs.shared.base.clock import danish_date
from libs.shared.files.errors import FieldError
from libs.shared.files.kinds import roster_errors
from libs.shared.files.oneroster.faults import error
from libs.shared.files.oneroster.limits import HEAD_CHARACTERS, KEPT_CHARACTERS
from libs.shared.files.oneroster.tables import Table
from libs.shared.files.oneroster.vocabulary import ACTIVE, REMOVED

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?", re.ASCII)
_FRACTION = re.compile(r"\.(\d+)")


@dataclass(slots=True)
class Fields:
    """A row. ``removed`` says that a delta takes the object away, ``modified`` when it was changed there; ``errors``
    are what was found wrong so far. ``waits`` says that only a server can tell what the row refers to.
    """

    file: str
    row: int
    cells: list[str]
    get: Callable[[str], str]
    errors: list[FieldError] = field(default_factory=list)
    removed: bool = False
    modified: datetime | None = None
    waits: bool = False

    @property
    def sourced_id(self) -> str:
        """The row's own id; empty if it is missing."""
        return self.get("sourcedId")

    def refuse(self, code: str, column: str, **params: int) -> None:
        """Note what is wrong with a column."""
        self.errors.append(error(code, self.file, self.row, column, self.get(column), **params))

    def day(self, column: str) -> date | None:
        """A date; None for an empty field, and for a wrong one, which is noted."""
        text = self.get(column)
        if not text:
            return None
        try:
            if _DATE.fullmatch(text):
                return date.fromisoformat(text)
        except ValueError:
            pass
        self.refuse("date.invalid", column)
        return None

    def list_of(self, column: str) -> list[str]:
        """The values of a list: separated by commas inside the field."""
        return [each for part in self.get(column).split(",") if (each := part.strip())]


class FieldsOf:
    """Reads the rows of one table as ``Fields``; ``delta`` says that each has a status and a moment."""

    def __init__(self, table: Table, now: datetime, *, delta: bool) -> None:
        self._table = table
        self._now = now
        self._delta = delta

    def read(self, row: int, cells: list[str]) -> Fields:
        """A row. Cells that are missing at the end, or too many, are noted unless they are empty."""
        table = self._table
        found = len(cells)
        while len(cells) > table.width and not cells[-1]:
            cells.pop()
        at = table.columns

        def get(name: str) -> str:
            index = at.get(name)
            return cells[index] if index is not None and index < len(cells) else ""

        fields = Fields(table.name, row, cells, get)
        if len(cells) != table.width:
            fields.errors.append(
                error(roster_errors.ROW_COLUMNS, table.name, row, "", "", found=found, expected=table.width)
            )
            return fields
        if not get("sourcedId"):
            fields.refuse("value.required", "sourcedId")
        elif len(get("sourcedId")) > HEAD_CHARACTERS:
            fields.errors.append(
                error("value.too_long", table.name, row, "sourcedId", get("sourcedId"), max=HEAD_CHARACTERS)
            )
        self._read_status(fields)
        return fields

    def _read_status(self, fields: Fields) -> None:
        status = fields.get("status")
        if not self._delta:
            if status == REMOVED:
                fields.refuse(roster_errors.STATUS_IN_BULK, "status")
            return
        if status not in (ACTIVE, REMOVED):
            fields.refuse(roster_errors.STATUS_INVALID, "status")
        fields.removed = status == REMOVED
        fields.modified = read_moment(fields.get("dateLastModified"))
        if fields.modified is None or fields.modified > self._now + timedelta(days=1):
            fields.modified = None
            fields.refuse(roster_errors.MODIFIED_INVALID, "dateLastModified")


def read_moment(text: str) -> datetime | None:
    """A moment of ISO 8601; one without a zone is UTC, as the standard says. None for anything else."""
    if not _MOMENT.fullmatch(text):
        return None
    try:
        found = datetime.fromisoformat(_FRACTION.sub(lambda digits: f".{digits[1][:6]:0<6}", text))
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def kept(text: str) -> str:
    """As much of a text as is kept."""
    return text[:KEPT_CHARACTERS]


def day_of(moment: datetime) -> date:
    """The day in Denmark of a moment."""
    return danish_date(moment)
