"""What each zip should come to, as known from its making; kept beside the zips in ``rosters.json``."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

MANIFEST = "rosters.json"


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that is refused: its kind, its number among the rows of the kind, and the code."""

    kind: str
    row: int
    code: str


@dataclass(frozen=True, slots=True)
class RosterForecast:
    """One zip. ``classes`` and ``pupils`` count rows, refused ones too; ``files`` the rows of each file of the zip."""

    path: str
    mode: str
    municipality_code: str
    institution_numbers: Sequence[str]
    school_year: str
    source: str
    source_moment: str
    classes: int
    pupils: int
    refused: Sequence[RefusedRow]
    files: dict[str, int]
    ignored: dict[str, int]


def write(out: Path, zips: Sequence[RosterForecast]) -> None:
    """Write the manifest beside the zips."""
    text = json.dumps([asdict(each) for each in zips], ensure_ascii=False, indent=1)
    (out / MANIFEST).write_bytes(text.encode() + b"\n")


def read(out: Path) -> list[RosterForecast]:
    """The manifest beside the zips. Raises ``FileNotFoundError`` if there is none."""
    listed: list[dict[str, Any]] = json.loads((out / MANIFEST).read_bytes())
    return [RosterForecast(**{**one, "refused": [RefusedRow(**each) for each in one["refused"]]}) for one in listed]
