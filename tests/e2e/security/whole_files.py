"""Complete rosters as student-administration systems export them, with a text in any of their places."""

import copy
import csv
import io
import tempfile
import zipfile
from abc import ABC, abstractmethod
from collections.abc import Container, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

from synthetic.layout import lay_out
from synthetic.oneroster import files as oneroster
from synthetic.skolegrunddata import files as skolegrunddata

PUPILS, SEED = 60, 5
LAST_YEAR = 1


class Roster(ABC):
    """A file of invented pupils; ``kind`` and ``media`` are those of the upload."""

    kind: str
    media: str

    @abstractmethod
    def places(self) -> Sequence[str]:
        """The texts of the file: one for each element, attribute or column."""

    @abstractmethod
    def alone(self, place: str) -> bool:
        """Whether the place is about the file or a school, refers to another one, or says who is a pupil: a wrong text
        there may have the whole file refused, or rows that have no wrong text themselves, or leave a pupil out.
        """

    @abstractmethod
    def with_texts(self, texts: Mapping[str, str], *, minute: int = 0) -> bytes:
        """The file with each text at one of its places, as exported at that minute of an hour."""

    @abstractmethod
    def is_named(self, place: str, column: str) -> bool:
        """Whether a refusal that names ``column`` is about the place."""


class Xml(Roster):
    """The import format of SkoleGrunddata, with everything that it can say of a pupil."""

    kind, media = "skolegrunddata", "application/xml"

    def __init__(self, code: str) -> None:
        with tempfile.TemporaryDirectory() as folder:
            skolegrunddata.write(
                Path(folder),
                code=code,
                pupils=PUPILS,
                seed=SEED,
                packages=["import"],
                years=[LAST_YEAR],
                dirty=False,
                schools=1,
            )
            self._root = ElementTree.parse(next(Path(folder).glob("*.xml"))).getroot()  # noqa: S314 - our own file
        self._paths = dict(_texts(self._root, "", ()))  # the last one is a pupil's

    def places(self) -> Sequence[str]:
        return list(self._paths)

    def alone(self, place: str) -> bool:
        return ("/Group/" not in place and "/InstitutionPerson" not in place) or place.endswith("/Group/GroupId")

    def with_texts(self, texts: Mapping[str, str], *, minute: int = 0) -> bytes:
        root = copy.deepcopy(self._root)
        root.set("sourceDateTime", f"2023-05-02T06:{minute:02d}:00")
        for place, text in texts.items():
            at = root
            for step in self._paths[place]:
                at = at[step]
            name = place.partition("@")[2]
            if name:
                at.set(name, text)
            else:
                at.text = text
        return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)

    def is_named(self, place: str, column: str) -> bool:
        return place.replace("@", "/").split("/")[-1] in column.split("+")


def _texts(element: ElementTree.Element, parent: str, path: tuple[int, ...]) -> Iterator[tuple[str, tuple[int, ...]]]:
    place = f"{parent}/{element.tag.rpartition('}')[2]}"
    if element.text and element.text.strip():
        yield place, path
    for name in element.attrib:
        yield f"{place}@{name}", path
    for number, each in enumerate(element):
        yield from _texts(each, place, (*path, number))


class Zip(Roster):
    """A bulk of OneRoster."""

    kind, media = "oneroster", "application/zip"

    def __init__(self, code: str) -> None:
        with tempfile.TemporaryDirectory() as folder:
            oneroster.write(
                Path(folder),
                code=code,
                pupils=PUPILS,
                seed=SEED,
                first_pupil=PUPILS,  # other children than those of the XML file
                years=[LAST_YEAR],
                dirty=False,
            )
            with zipfile.ZipFile(next(Path(folder).glob("*.zip"))) as archive:
                self._files = {
                    name: list(csv.DictReader(io.StringIO(archive.read(name).decode()))) for name in archive.namelist()
                }
        a_pupil = next(row for row in self._files["enrollments.csv"] if row["role"] == "student")
        self._about = {a_pupil["userSourcedId"], a_pupil["classSourcedId"]}

    def places(self) -> Sequence[str]:
        return [f"{name}:{column}" for name, rows in self._files.items() for column in rows[0]]

    def alone(self, place: str) -> bool:
        about_no_row = place.startswith(("manifest.csv", "orgs.csv", "academicSessions.csv"))
        return about_no_row or place.lower().endswith(("sourcedid", "sourcedids", ":role"))

    def with_texts(self, texts: Mapping[str, str], *, minute: int = 0) -> bytes:
        to = io.BytesIO()
        with zipfile.ZipFile(to, "w") as archive:
            for name, rows in self._files.items():
                mine = {place.partition(":")[2]: text for place, text in texts.items() if place.startswith(name)}
                info = zipfile.ZipInfo(name, (2023, 5, 2, 6, minute, 0))
                archive.writestr(info, _with_cells(rows, mine, self._about))
        return to.getvalue()

    def is_named(self, place: str, column: str) -> bool:
        (named, *_, columns), (file, own) = column.split(":"), place.split(":")
        return named == file and own in columns.split("+")


def _with_cells(rows: list[dict[str, str]], cells: Mapping[str, str], about: Container[str]) -> str:
    """The file with these cells in its first row about one of the ids; in its first row if none is."""
    ids = ("userSourcedId", "sourcedId")
    (row, *_) = [row for row in rows if any(row.get(name) in about for name in ids)] or rows
    to = io.StringIO()
    writer = csv.DictWriter(to, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({**each, **cells} if each is row else each for each in rows)
    return to.getvalue()


FORMATS = (Xml.kind, Zip.kind)


@cache
def roster(kind: str, code: str) -> Roster:
    """The roster of the kind, of an invented municipality."""
    return Xml(code) if kind == Xml.kind else Zip(code)


def institutions(code: str) -> list[str]:
    """The numbers of the schools in the rosters of the municipality."""
    return [school.institution_number for school in lay_out(code, PUPILS, SEED, 0, None).schools]
