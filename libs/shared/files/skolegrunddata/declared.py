"""SkoleGrunddata as a format of the imports: the classes of an institution, and then its pupils as a snapshot."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property

from libs.shared.files.cut import CutLimits
from libs.shared.files.formats import Format, Part, PartChunk, Told
from libs.shared.files.kinds.classes import CLASSES
from libs.shared.files.kinds.pupils import PUPILS
from libs.shared.files.skolegrunddata.limits import MOST_PUPILS
from libs.shared.files.skolegrunddata.lines import Lines
from libs.shared.files.skolegrunddata.problems import InstitutionMissing, NoPupils, TooManyPupils
from libs.shared.files.skolegrunddata.reader import SnapshotReader
from libs.shared.files.skolegrunddata.rows import Row
from libs.shared.files.skolegrunddata.vocabulary import IGNORED, ORIGINS
from libs.shared.files.snapshot import Snapshot

NAME = "skolegrunddata"
_XML_STARTS = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<\0", b"\xfe\xff\0<")
_BY_NAME = {kind.name: kind for kind in (CLASSES, PUPILS)}


def is_xml(beginning: bytes) -> bool:
    """Whether a file that begins so is XML; no kind of CSV or NDJSON begins with its first character."""
    return beginning.lstrip(b" \t\r\n").startswith(_XML_STARTS)


class SnapshotReading:
    """Reads one file into chunks of its two parts. ``today`` is the day in Denmark."""

    def __init__(self, limits: CutLimits, today: date) -> None:
        self.reader = SnapshotReader(today)
        self._lines = {name: Lines(kind, limits, NAME) for name, kind in _BY_NAME.items()}
        self._pupils = 0

    def feed(self, data: bytes) -> Iterator[PartChunk | None]:
        """The chunks that the next piece completes."""
        yield from self._take(self.reader.feed(data))

    def end(self) -> Iterator[PartChunk | None]:
        """The last chunks. Raises ``NoPupils`` for a file that would end everything."""
        yield from self._take(self.reader.end())
        if not self._pupils:
            raise NoPupils
        for name, lines in self._lines.items():
            for chunk in lines.end():
                yield PartChunk(self._parts[name], chunk)

    def told(self) -> Told:
        """The head, how many groups and persons there are, and what is not kept."""
        reader, head, institution = self.reader, self.reader.head, self.reader.institution
        if head is None or institution is None:
            raise InstitutionMissing
        facts: dict[str, str | int | None] = {
            "root": head.root,
            "institution_number": institution.number,
            "school_year": head.school_year,
            "source": head.source,
            "source_moment": head.source_moment.isoformat(),
            "source_version": head.source_version,
            "exported": head.exported.isoformat() if head.exported else None,
            "access_level": head.access_level,
            "groups": reader.groups,
            "persons": reader.persons,
        }
        ignored = {sort: reader.ignored[sort] for sort in IGNORED if reader.ignored[sort]}
        return Told({name: fact for name, fact in facts.items() if fact is not None}, ignored)

    def _take(self, rows: Sequence[Row]) -> Iterator[PartChunk | None]:
        for row in rows:
            self._pupils += row.kind == PUPILS.name
            if self._pupils > MOST_PUPILS:
                raise TooManyPupils(limit=MOST_PUPILS)
            for chunk in self._lines[row.kind].add(row):
                yield PartChunk(self._parts[row.kind], chunk)

    @cached_property
    def _parts(self) -> dict[str, Part]:
        """The parts, known with the first row."""
        head, institution = self.reader.head, self.reader.institution
        if head is None or institution is None:
            raise InstitutionMissing
        snapshot = Snapshot(institution.number, head.school_year, head.source, head.source_moment)
        return {CLASSES.name: Part(CLASSES.name), PUPILS.name: Part(PUPILS.name, snapshot=snapshot)}


SKOLEGRUNDDATA = Format(
    name=NAME,
    title_da="SkoleGrunddata (STIL)",
    title_en="SkoleGrunddata (STIL)",
    about_da="Den XML-fil, som skolens administrationssystem sender til STIL, som den er. Én fil er én institutions "
    "klasser og elever i ét skoleår, og den er et fuldt øjebliksbillede: hvad den mangler, afsluttes. Import- og "
    "eksportformatet læses, i alle pakker og versioner.",
    about_en="The XML file that a school's administration system sends to STIL, as it is. One file is the classes and "
    "pupils of one institution in one school year, and it is a complete snapshot: what it lacks is ended. The import "
    "and the export format are read, in all packages and versions.",
    media=("application/xml", "text/xml"),
    kinds=(CLASSES, PUPILS),
    ignored=IGNORED,
    reading=SnapshotReading,
    origins=ORIGINS,
    numbers_lines=True,
    begins=is_xml,
)
