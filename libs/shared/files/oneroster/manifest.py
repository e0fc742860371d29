"""The manifest: who made the zip, and which files are whole (bulk), changes alone (delta) or absent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from libs.shared.base.clock import danish_date
from libs.shared.base.date_window import FIRST_DAY
from libs.shared.files.oneroster.archive.directory import Member
from libs.shared.files.oneroster.archive.source import Source
from libs.shared.files.oneroster.limits import HEAD_CHARACTERS
from libs.shared.files.oneroster.problems import (
    FileMissing,
    FileUnknown,
    ManifestContradicts,
    ManifestInvalid,
    ManifestMissing,
    ModesMixed,
    MomentInFuture,
    NothingRead,
    SourceMissing,
    VersionUnread,
)
from libs.shared.files.oneroster.tables import Table
from libs.shared.files.oneroster.vocabulary import (
    ABSENT,
    BULK,
    DELTA,
    FILES,
    MANIFEST,
    MANIFEST_VERSION,
    READ_IN_BULK,
    REQUIRED,
    VERSIONS,
)
from libs.shared.privacy.cpr_in_text import holds_cpr_number

_COLUMNS = ("propertyName", "value")
_MODES = (ABSENT, BULK, DELTA)
_DENMARK = ZoneInfo("Europe/Copenhagen")
_FIRST_YEAR = 1980
_MOST_PROPERTIES = 1000


@dataclass(frozen=True, slots=True)
class Head:
    """What the manifest says. ``mode`` is ``bulk`` or ``delta``, the same of all files that are read.

    ``moment`` is when the zip was made, by the date that its manifest has in the zip (Danish time); None without one.
    """

    source: str
    version: str
    mode: str
    moment: datetime | None


def read_manifest(source: Source, members: Mapping[str, Member], now: datetime) -> Head:
    """The head, held against the files in the zip. Raises the problems of the manifest."""
    member = members.get(MANIFEST)
    if member is None:
        raise ManifestMissing
    unknown = len(members.keys() - FILES - {MANIFEST})
    if unknown:
        raise FileUnknown(count=unknown)
    values = _values(Table(source, member, _COLUMNS, _COLUMNS))
    if values.get("manifest.version") != MANIFEST_VERSION:
        raise ManifestInvalid(property="manifest.version", allowed=MANIFEST_VERSION)
    version = values.get("oneroster.version", "")
    if version not in VERSIONS:
        raise VersionUnread(versions=VERSIONS[0])
    name = values.get("source.systemName") or values.get("source.systemCode", "")
    if not name:
        raise SourceMissing
    if len(name) > HEAD_CHARACTERS or not name.isprintable() or holds_cpr_number(name):
        raise ManifestInvalid(property="source.systemName", allowed=f"1–{HEAD_CHARACTERS}")
    return Head(name, version, _mode(values, members), moment_of(member, now))


def _values(table: Table) -> dict[str, str]:
    values: dict[str, str] = {}
    name_at, value_at = (table.columns[name] for name in _COLUMNS)
    for number, cells in table.rows():
        if number > _MOST_PROPERTIES or len(cells) <= max(name_at, value_at):
            raise ManifestInvalid(property=f"{MANIFEST}:{number}", allowed=",".join(_COLUMNS))
        name = cells[name_at]
        if name in values:
            raise ManifestInvalid(property=name if name in _NAMES else f"{MANIFEST}:{number}", allowed="1")
        values[name] = cells[value_at]
    return values


def _property(file: str) -> str:
    return f"file.{file.removesuffix('.csv')}"


_NAMES = frozenset(map(_property, FILES)) | {
    *("manifest.version", "oneroster.version", "source.systemName", "source.systemCode")
}


def _mode(values: Mapping[str, str], members: Mapping[str, Member]) -> str:
    """The mode of the files that are read."""
    modes: set[str] = set()
    for file in sorted(FILES):
        mode = values.get(_property(file), ABSENT)
        if mode not in _MODES:
            raise ManifestInvalid(property=_property(file), allowed=", ".join(_MODES))
        if mode == ABSENT and file in members:
            raise ManifestContradicts(file=file)
        if mode != ABSENT and file not in members:
            raise FileMissing(file=file, files=", ".join(READ_IN_BULK))
        if mode != ABSENT and file in REQUIRED:
            modes.add(mode)
    if not modes:
        raise NothingRead(files=", ".join(READ_IN_BULK))
    if len(modes) > 1:
        raise ModesMixed
    mode = modes.pop()
    for file in READ_IN_BULK:
        if mode == BULK and file not in members:
            raise FileMissing(file=file, files=", ".join(READ_IN_BULK))
    return mode


def moment_of(member: Member, now: datetime) -> datetime | None:
    """When the member was made, by its stamp; None for one that is not a date from 1990 on. Raises
    ``MomentInFuture``.

    MS-DOS's form has seven bits for the year from 1980, four for the month and five for the day, then five for the
    hour, six for the minute and five for half the second, and no time zone.
    """
    day, time = member.stamp
    year, month, of_month = _FIRST_YEAR + (day >> 9), day >> 5 & 0xF, day & 0x1F
    hour, minute, second = time >> 11, time >> 5 & 0x3F, (time & 0x1F) * 2
    try:
        found = datetime(year, month, of_month, hour, minute, second, tzinfo=_DENMARK)
    except ValueError:
        return None
    moment = found.astimezone(UTC)
    if danish_date(moment) < FIRST_DAY:
        return None
    require_past(moment, now)
    return moment


def require_past(moment: datetime, now: datetime) -> None:
    """Raise ``MomentInFuture`` for a moment more than a day ahead: a source's clock may be in another time zone."""
    if moment > now + timedelta(days=1):
        raise MomentInFuture
