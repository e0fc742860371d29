"""Formats of which one file holds rows of several kinds, as SkoleGrunddata holds classes and pupils.

A format joins the imports by a ``Format`` that is added to ``formats_declared.FORMATS``. Its ``reading`` gets the
bytes of a file piece by piece and gives chunks of lines of JSON (``marked_lines``), each for one ``Part`` of the file.
Nothing else is needed: the upload stores the chunks of each part on a receipt of its own, and the worker takes each
part as it takes any file of its kind. The file itself has a receipt that shows the parts together.

Parts with the same ``unit`` belong together, as the classes and the pupils of one institution do. They are written in
the order of ``Format.kinds``, and only when each complete one of them has been compared: if one is held, nothing of its
unit is written. Different units are independent.

Chunks depend on the bytes of the file only, not on how they arrive, so that an upload that broke off can be continued.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple, Protocol

from libs.shared.auth.principal import Role
from libs.shared.files.chunks import Chunk
from libs.shared.files.cut import CutLimits
from libs.shared.files.kind import Kind
from libs.shared.files.origins import Origins
from libs.shared.files.snapshot import Snapshot
from libs.shared.files.unpack import Unpacker


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one kind and one unit of a file. ``snapshot`` is set where they are complete."""

    kind: str
    unit: int = 0
    snapshot: Snapshot | None = None


class PartChunk(NamedTuple):
    """Whole lines of a part."""

    part: Part
    chunk: Chunk


class SourcePlace(NamedTuple):
    """What a source calls a school, a school year, a class or another group (``sort``) by an id of its own."""

    sort: str
    sourced_id: str
    institution_number: str = ""
    school_year: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of a source whose files have an order. ``whole`` says that it is not changes alone; ``places`` are what it
    told of places.
    """

    source: str
    moment: datetime
    whole: bool
    places: Sequence[SourcePlace] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Told:
    """What the receipt says of the whole file: ``facts`` of its head by name, and how much of each sort is ``ignored``.

    Neither may hold anything about a person. ``source_file`` is not shown: the service remembers it.
    """

    facts: Mapping[str, str | int] = field(default_factory=dict)
    ignored: Mapping[str, int] = field(default_factory=dict)
    source_file: SourceFile | None = None


class Reading(Protocol):
    """Reads one file. Raises the problems of a file that is refused as a whole, whatever chunks it gave before."""

    def feed(self, data: bytes) -> Iterator[PartChunk | None]:
        """The chunks that the next piece completes, and None for pauses."""

    def end(self) -> Iterator[PartChunk | None]:
        """The file has ended: the chunks of what is left."""

    def told(self) -> Told:
        """What is known of the file after its end."""


@dataclass(frozen=True)
class Format:
    """A format. ``media`` are the types of content by which it is sent, ``kinds`` those of its rows in the order in
    which they are written, and ``ignored`` the sorts of what is not kept, with their Danish and English names.

    ``reading`` makes the reader of a file, by the limits of its chunks and the day in Denmark. ``begins`` tells by the
    first bytes of a file, unpacked from gzip, whether it is of the format; no file of one kind begins so.

    ``origins`` says for each kind where each of its columns comes from. ``numbers_lines`` says that the first number of
    a row is its line in the file.
    """

    name: str
    title_da: str
    title_en: str
    about_da: str
    about_en: str
    media: tuple[str, ...]
    kinds: tuple[Kind, ...]
    ignored: Mapping[str, tuple[str, str]]
    reading: Callable[[CutLimits, date], Reading] = field(repr=False)
    origins: Mapping[str, Origins] = field(repr=False)
    numbers_lines: bool = False
    begins: Callable[[bytes], bool] = field(default=lambda _: False, repr=False)

    def __post_init__(self) -> None:
        if len({kind.sent_by for kind in self.kinds}) != 1:
            raise TypeError(f"{self.name}: one role sends all kinds of a format")
        for kind in self.kinds:
            if missing := set(kind.names) - set(self.origins.get(kind.name, {})):
                raise TypeError(f"{self.name}: where do the columns {sorted(missing)} of {kind.name} come from?")

    @property
    def sent_by(self) -> Role:
        """The one role that sends the format."""
        return self.kinds[0].sent_by

    def number(self, part: Part) -> int:
        """The place of a part in the file: units in order, and in each the kinds in theirs."""
        return part.unit * len(self.kinds) + [kind.name for kind in self.kinds].index(part.kind)


class PartChunks:
    """Takes a body piece by piece, as ``Chunks`` does for a file of one kind."""

    def __init__(self, reading: Reading, unpacker: Unpacker) -> None:
        self._reading = reading
        self._unpacker = unpacker

    def feed(self, piece: bytes) -> Iterator[PartChunk | None]:
        """The chunks that ``piece`` completes, and None for pauses. Raises the problems of a whole file."""
        for unpacked in self._unpacker.feed(piece):
            yield from self._reading.feed(unpacked)
            yield None

    def end(self) -> Iterator[PartChunk | None]:
        """The body has ended: the chunks of what is left."""
        self._unpacker.end()
        yield from self._reading.end()

    def told(self) -> Told:
        """What is known of the file after its end."""
        return self._reading.told()
