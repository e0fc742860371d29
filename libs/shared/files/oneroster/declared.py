"""OneRoster as a format of the imports: for each school and school year its classes, and then its pupils.

A bulk is the whole truth about each school in it, so the pupils of each are a snapshot. Units are numbered as the
classes of ``classes.csv`` name schools and years first, so that a part does not depend on how the zip arrived.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Any

from libs.shared.files.cut import CutLimits
from libs.shared.files.formats import Format, Part, PartChunk, SourceFile, Told
from libs.shared.files.kinds.classes import CLASSES
from libs.shared.files.kinds.pupils import PUPILS
from libs.shared.files.oneroster.archive.problems import ZipTooLarge
from libs.shared.files.oneroster.archive.spool import Spool
from libs.shared.files.oneroster.known import AskKnown, Known
from libs.shared.files.oneroster.limits import MOST_PUPILS, MOST_UNITS, UNIT_CHUNK_BYTES, ZIP_BYTES
from libs.shared.files.oneroster.origins import ORIGINS
from libs.shared.files.oneroster.problems import DeltaWithoutBulk, NoPupils, TooManyPupils, TooManySchools
from libs.shared.files.oneroster.reader import RosterReader
from libs.shared.files.oneroster.vocabulary import BULK, IGNORED
from libs.shared.files.skolegrunddata.lines import Lines
from libs.shared.files.skolegrunddata.rows import Row
from libs.shared.files.snapshot import Snapshot

NAME = "oneroster"
_BY_NAME = {kind.name: kind for kind in (CLASSES, PUPILS)}


@dataclass
class _Unit:
    """A school in a school year: its parts, and their lines."""

    number: int
    snapshot: Snapshot | None
    lines: dict[str, Lines]
    pupils: int = 0

    def part(self, kind: str) -> Part:
        """The part of a kind."""
        return Part(kind, self.number, self.snapshot if kind == PUPILS.name else None)


@dataclass
class RosterReading:
    """Reads one zip into chunks of the parts of its schools. ``today`` is the day in Denmark.

    The zip waits in an encrypted temporary file until it is whole, since its directory stands at its end.
    """

    limits: CutLimits
    today: date
    ask: AskKnown | None = None
    """Asks what earlier files of the source told, for a delta: with the source and a digest of the zip."""
    _spool: Spool = field(default_factory=Spool)
    _units: dict[tuple[str, str], _Unit] = field(default_factory=dict)
    _told: Told = field(default_factory=Told)
    _digest: Any = field(default_factory=hashlib.sha256)

    def feed(self, data: bytes) -> Iterator[PartChunk | None]:
        """Keep the next piece. Raises ``ZipTooLarge``."""
        if self._spool.size + len(data) > ZIP_BYTES:
            raise ZipTooLarge(limit=ZIP_BYTES)
        self._digest.update(data)
        self._spool.append(data)
        yield None

    def end(self) -> Iterator[PartChunk | None]:
        """All chunks. Raises the problems of the zip, and ``NoPupils`` for a bulk that would end everything."""
        now = datetime.combine(self.today, time.max, UTC)
        with self._spool, RosterReader(self._spool, now) as reader:
            head = reader.begin()
            whole = head.mode == BULK
            for row in reader.steps(None if whole else self._known(head.source)):
                if row is None:
                    yield None
                else:
                    yield from self._take(row, reader, whole=whole)
            if whole and not any(unit.pupils for unit in self._units.values()):
                raise NoPupils
            for unit in self._units.values():
                for kind, lines in unit.lines.items():
                    for chunk in lines.end():
                        yield PartChunk(unit.part(kind), chunk)
            self._tell(reader)

    def _known(self, source: str) -> Known:
        if self.ask is None:
            raise DeltaWithoutBulk
        return self.ask(source, self._digest.hexdigest())

    def told(self) -> Told:
        """The head, the rows of each file, the schools, and what is not kept."""
        return self._told

    def _take(self, row: Row, reader: RosterReader, *, whole: bool) -> Iterator[PartChunk | None]:
        for unit in self._units_of(row, reader, whole=whole):
            if row.kind == PUPILS.name:
                unit.pupils += 1
                if unit.pupils > MOST_PUPILS:
                    raise TooManyPupils(limit=MOST_PUPILS)
            for chunk in unit.lines[row.kind].add(row):
                yield PartChunk(unit.part(row.kind), chunk)

    def _units_of(self, row: Row, reader: RosterReader, *, whole: bool) -> list[_Unit]:
        """The units that a row belongs to. A refused row of which it is not known where the pupil is belongs to all
        that it may be about, so that none of them ends the pupil's time in a class.
        """
        if whole and not self._units:
            for place in reader.places_of_classes():
                self._add(place, reader)
        number, year = row.fields["institution_number"], row.fields["school_year"]
        unit = self._units.get((number, year) if whole else ("", ""))
        if unit is not None:
            return [unit]
        if not whole:
            return [self._add(("", ""), None)]
        if not row.errors:
            return [self._add((number, year), reader)]
        of_school = [each for place, each in self._units.items() if place[0] == number]
        found = of_school or list(self._units.values()) or [self._add(("", ""), None)]
        return found if row.kind == PUPILS.name else found[:1]

    def _add(self, place: tuple[str, str], complete: RosterReader | None) -> _Unit:
        if len(self._units) >= MOST_UNITS:
            raise TooManySchools(limit=MOST_UNITS)
        snapshot = None
        if complete is not None and complete.head is not None:
            snapshot = Snapshot(*place, complete.head.source, complete.moment)
        limits = replace(self.limits, chunk_bytes=min(self.limits.chunk_bytes, UNIT_CHUNK_BYTES))
        lines = {name: Lines(kind, limits, NAME) for name, kind in _BY_NAME.items()}
        unit = self._units[place] = _Unit(len(self._units), snapshot, lines)
        return unit

    def _tell(self, reader: RosterReader) -> None:
        head = reader.head
        if head is None:
            return
        facts: dict[str, str | int] = {
            "mode": head.mode,
            "source": head.source,
            "source_moment": reader.moment.isoformat(),
            "version": head.version,
            "institutions": len({number for number, _ in self._units if number}),
        }
        facts |= {name.removesuffix(".csv"): count for name, count in reader.rows_of.items()}
        ignored = {sort: reader.ignored[sort] for sort in IGNORED if reader.ignored[sort]}
        told = SourceFile(head.source, reader.moment, head.mode == BULK, tuple(reader.told_places()))
        self._told = Told(facts, ignored, told)


ONEROSTER = Format(
    name=NAME,
    title_da="OneRoster 1.2 CSV (1EdTech)",
    title_en="OneRoster 1.2 CSV (1EdTech)",
    about_da="Den zip-fil med CSV-filer, som kildesystemet eksporterer efter OneRoster 1.2, som den er. Den kan have "
    "flere skoler. En fuld fil (bulk) er et øjebliksbillede af hver skole og hvert skoleår i den: hvad den mangler, "
    "afsluttes.",
    about_en="The zip file of CSV files that a source system exports by OneRoster 1.2, as it is. It may hold several "
    "schools. A whole file (bulk) is a snapshot of each school and school year in it: what it lacks is ended.",
    media=("application/zip", "application/x-zip-compressed"),
    kinds=(CLASSES, PUPILS),
    ignored=IGNORED,
    reading=RosterReading,
    origins=ORIGINS,
    begins=lambda beginning: beginning.startswith((b"PK\3\4", b"PK\5\6", b"PK\7\b")),
)
