"""The head of a file: who exported what, and when. It is what a complete snapshot needs to be known by."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from libs.shared.base.clock import danish_date
from libs.shared.base.date_window import FIRST_DAY, first_years
from libs.shared.files.skolegrunddata.limits import HEAD_CHARACTERS
from libs.shared.files.skolegrunddata.problems import (
    HeadCharacters,
    HeadIdentifier,
    HeadMissing,
    HeadTooLong,
    MomentInFuture,
    MomentInvalid,
    SchoolYearInvalid,
    SchoolYearsSeveral,
)
from libs.shared.privacy.cpr_in_text import holds_cpr_number

_YEAR = re.compile(r"(\d{4})\s*[-/]\s*(\d{4})", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})?", re.ASCII)
_FRACTION = re.compile(r"\.(\d+)")
_DENMARK = ZoneInfo("Europe/Copenhagen")


@dataclass(frozen=True, slots=True)
class Source:
    """A source system's part of a file. ``moment`` is when it exported; ``school_year`` is as in ``2016/2017``."""

    name: str
    moment: datetime
    school_year: str


@dataclass(frozen=True, slots=True)
class Head:
    """The head. ``root`` is the local name of the root element; an import has one source, an export one or more.

    ``exported`` and ``access_level`` are an export's own, ``source_version`` an import's, and informative.
    """

    root: str
    sources: tuple[Source, ...]
    source_version: str | None = None
    exported: datetime | None = None
    access_level: str | None = None

    @property
    def school_year(self) -> str:
        """The school year, the same of all sources."""
        return self.sources[0].school_year

    @property
    def source(self) -> str:
        """The name by which files of the same origin are known: the sources' names in order."""
        return " + ".join(sorted({each.name for each in self.sources}))

    @property
    def source_moment(self) -> datetime:
        """The moment that the data are of: the newest of the sources'. A later file has a later one."""
        return max(each.moment for each in self.sources)


def attribute(attributes: Mapping[str, str], name: str) -> str | None:
    """An attribute by name, whatever its case (the agency's pages write both schoolYear and schoolyear); None if it is
    missing or empty. Raises ``HeadTooLong`` or ``HeadCharacters``.
    """
    return shown(next((text for each, text in attributes.items() if each.lower() == name.lower()), ""), name) or None


def shown(text: str, name: str) -> str:
    """A text of the head that people are shown, stripped. Raises ``HeadTooLong``, ``HeadCharacters`` or
    ``HeadIdentifier``.
    """
    text = text.strip()
    if len(text) > HEAD_CHARACTERS:
        raise HeadTooLong(attribute=name, limit=HEAD_CHARACTERS)
    if not text.isprintable():
        raise HeadCharacters(attribute=name)
    if holds_cpr_number(text):
        raise HeadIdentifier(attribute=name)
    return text


def required(attributes: Mapping[str, str], name: str) -> str:
    """The same. Raises ``HeadMissing`` too."""
    value = attribute(attributes, name)
    if value is None:
        raise HeadMissing(attribute=name)
    return value


def read_source(attributes: Mapping[str, str], today: date) -> Source:
    """The source that attributes of ``UNILoginImport`` or ``ImportSource`` name. Raises the head's problems."""
    return Source(
        required(attributes, "source"),
        read_moment(attributes, "sourceDateTime", today),
        read_school_year(required(attributes, "schoolYear"), today),
    )


def read_moment(attributes: Mapping[str, str], name: str, today: date) -> datetime:
    """An ``xs:dateTime`` as a moment in UTC; one without a zone is Danish time. Raises the head's problems."""
    text = required(attributes, name)
    if not _MOMENT.fullmatch(text):
        raise MomentInvalid(attribute=name)
    try:
        found = datetime.fromisoformat(_FRACTION.sub(lambda digits: f".{digits[1][:6]:0<6}", text))
        moment = (found if found.tzinfo else found.replace(tzinfo=_DENMARK)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise MomentInvalid(attribute=name) from None
    day = danish_date(moment)
    if day < FIRST_DAY:
        raise MomentInvalid(attribute=name)
    if day > today + timedelta(days=1):
        raise MomentInFuture(attribute=name)
    return moment


def read_school_year(text: str, today: date) -> str:
    """``2016-2017`` as ``2016/2017``. Raises ``SchoolYearInvalid``."""
    years = first_years(today)
    found = _YEAR.fullmatch(text)
    if found is None or int(found[2]) != int(found[1]) + 1 or int(found[1]) not in years:
        first, last = (f"{year}-{year + 1}" for year in (years[0], years[-1]))
        raise SchoolYearInvalid(first=first, last=last)
    return f"{found[1]}/{found[2]}"


def require_one_year(sources: Sequence[Source]) -> None:
    """Raises ``SchoolYearsSeveral``."""
    if len({each.school_year for each in sources}) > 1:
        raise SchoolYearsSeveral
