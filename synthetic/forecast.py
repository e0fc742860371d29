"""The expected counts of each file, known from how it was made; stored with the files in ``files.json``."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

Service = Literal["registration", "absence_ingest"]
MANIFEST = "files.json"


@dataclass(frozen=True, slots=True)
class Expected:
    """A receipt's first counts; ``accepted + unchanged + parked + refused`` is the number of rows."""

    accepted: int
    unchanged: int
    parked: int
    refused: int
    refused_by_code: dict[str, int]


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that is refused: its number (1 is the first data row), the column ("" for the row) and the code."""

    row: int
    column: str
    code: str


@dataclass(frozen=True, slots=True)
class FileForecast:
    """One file; forecasts are in the order of sending. ``identifier`` is None for a kind of file without pupils.

    ``stage`` is "late" for a file that is sent after all others were imported.
    """

    path: str
    kind: str
    service: Service
    content_type: str
    identifier: str | None
    stage: Literal["first", "late"]
    rows: int
    expected: Expected
    refused_rows: list[RefusedRow]


@dataclass(frozen=True, slots=True)
class Correction:
    """The corrected rows of one file by row number, in the file's dialect, and their expected counts when they are
    sent.
    """

    path: str
    kind: str
    service: Service
    identifier: str | None
    header: str
    rows: dict[int, str]
    expected: Expected

    @property
    def content(self) -> bytes:
        """The corrected rows as a file of their own, in UTF-8 (``text/csv; charset=utf-8``)."""
        return "".join(f"{line}\n" for line in (self.header, *self.rows.values())).encode()


@dataclass(frozen=True, slots=True)
class Parked:
    """Rows of one file that are parked, by row number."""

    path: str
    rows: list[int]


@dataclass(frozen=True, slots=True)
class LateClass:
    """The class whose roster is sent after its absence, and the absence rows that are parked until then."""

    institution_number: str
    school_year: str
    class_name: str
    roster: str
    local_ids: list[str]
    parked: list[Parked]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A class and pupils in it, for a course of the demo."""

    institution_number: str
    school_year: str
    class_name: str
    local_ids: list[str]


@dataclass(frozen=True, slots=True)
class Forecast:
    """A municipality's files and their expected counts.

    ``unknown_pupil`` are the rows of a pupil in no roster; they stay parked. ``unreported`` are the months, by
    institution number, that the file ``completeness`` leaves out. ``co_teaching`` names a class and its designated
    pupils, ``small_group`` a class and the pupils of a group of three.
    """

    municipality_code: str
    pupils: int
    seed: int
    files: list[FileForecast]
    corrections: list[Correction]
    unknown_pupil: Parked
    late_class: LateClass
    unreported: dict[str, list[str]]
    co_teaching: Chosen
    small_group: Chosen

    def correction(self, path: str) -> Correction | None:
        """The corrected rows of a file, if any of its rows are refused."""
        return next((correction for correction in self.corrections if correction.path == path), None)

    def write(self, out: Path) -> None:
        """Write the manifest to the files' folder."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1)
        (out / MANIFEST).write_bytes(text.encode() + b"\n")


def expected(rows: int, parked: int, codes: Iterable[str], unchanged: int = 0) -> Expected:
    """The counts of a file: a row that is not parked, refused or unchanged is accepted."""
    by_code = dict(sorted(Counter(codes).items()))
    refused = sum(by_code.values())
    return Expected(rows - parked - refused - unchanged, unchanged, parked, refused, by_code)


def read(out: Path) -> Forecast:
    """The manifest in the folder ``out``. Raises ``FileNotFoundError`` if there is none."""
    told: dict[str, Any] = json.loads((out / MANIFEST).read_bytes())
    late: dict[str, Any] = told["late_class"]
    return Forecast(
        **{
            **told,
            "files": [_file(one) for one in told["files"]],
            "corrections": [_correction(one) for one in told["corrections"]],
            "unknown_pupil": Parked(**told["unknown_pupil"]),
            "late_class": LateClass(**{**late, "parked": [Parked(**one) for one in late["parked"]]}),
            "co_teaching": Chosen(**told["co_teaching"]),
            "small_group": Chosen(**told["small_group"]),
        }
    )


def _file(told: dict[str, Any]) -> FileForecast:
    refused = [RefusedRow(**one) for one in told["refused_rows"]]
    return FileForecast(**{**told, "expected": Expected(**told["expected"]), "refused_rows": refused})


def _correction(told: dict[str, Any]) -> Correction:
    rows = {int(number): text for number, text in told["rows"].items()}
    return Correction(**{**told, "expected": Expected(**told["expected"]), "rows": rows})
