"""Reads the source texts, which are not part of the repository."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

FILES = ("000", "001", "002", "003", "004")


class SourceMissing(Exception):
    """The folder does not hold exactly one text file whose name begins with the source's number."""


@dataclass(frozen=True, slots=True)
class SourceText:
    """The lines of one source; line 1 is ``lines[0]``."""

    file: str
    lines: tuple[str, ...]

    def passage(self, first: int, last: int) -> str:
        """The lines from first to last (from 1, both inclusive) as one text."""
        return "\n".join(self.lines[first - 1 : last])


def read_sources(folder: Path, files: Iterable[str] = FILES) -> dict[str, SourceText]:
    """Read the sources of the folder, by number. Raises ``SourceMissing``."""
    sources = {}
    for file in files:
        found = sorted(folder.glob(f"{file}_*.txt"))
        if len(found) != 1:
            raise SourceMissing(f"{len(found)} files named {file}_*.txt in {folder}, expected one")
        # Split at line feeds only: ``splitlines`` would also split at form feeds, and the line numbers would be wrong.
        sources[file] = SourceText(file, tuple(found[0].read_text(encoding="utf-8").split("\n")))
    return sources


def words_of(text: str) -> list[str]:
    """The words in lower case, without punctuation."""
    return re.findall(r"\w+", text.lower())


def joined(text: str) -> str:
    """The text with the words that line ends divide joined."""
    return re.sub(r"(\w)-[^\S\n]*\n\s*(\w)", r"\1\2", text)
