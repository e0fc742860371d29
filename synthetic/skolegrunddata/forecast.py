"""What each file should come to, as known from its making; kept beside the files in ``snapshots.json``."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

MANIFEST = "snapshots.json"


@dataclass(frozen=True, slots=True)
class RefusedElement:
    """A group or person that is refused: its number among those of the file, and the code."""

    kind: str
    position: int
    code: str


@dataclass(frozen=True, slots=True)
class SnapshotForecast:
    """One file. ``classes`` and ``pupils`` count rows, refused ones too; ``groups`` and ``persons`` all elements."""

    path: str
    package: str
    institution_number: str
    school_year: str
    source: str
    source_moment: str
    groups: int
    persons: int
    classes: int
    pupils: int
    refused: Sequence[RefusedElement]
    ignored: dict[str, int]


def write(out: Path, files: Sequence[SnapshotForecast]) -> None:
    """Write the manifest beside the files."""
    text = json.dumps([asdict(each) for each in files], ensure_ascii=False, indent=1)
    (out / MANIFEST).write_bytes(text.encode() + b"\n")


def read(out: Path) -> list[SnapshotForecast]:
    """The manifest beside the files. Raises ``FileNotFoundError`` if there is none."""
    listed: list[dict[str, Any]] = json.loads((out / MANIFEST).read_bytes())
    return [
        SnapshotForecast(**{**one, "refused": [RefusedElement(**each) for each in one["refused"]]}) for one in listed
    ]
