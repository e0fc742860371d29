"""Checks offline a file that its format makes complete: what is the same for SkoleGrunddata and OneRoster."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

from apps.cli import check_data, codes
from apps.cli.kinds import FileUnreadable
from apps.cli.receipt_table import console
from apps.cli.wording import Failure, in_language, print_json, teller
from libs.shared.files.file_check import FileCheck, Said
from libs.shared.rules.wording import Text

_IGNORED = Text(da="Gemmes ikke: {counts}.", en="Not kept: {counts}.")


class WholeCheck(Protocol):
    """A checked file. ``head`` is None if the file could not be read as far as its head."""

    @property
    def head(self) -> object | None:
        """What the head of the file says."""

    @property
    def problem(self) -> Said | None:
        """Why the file would be refused as a whole."""

    @property
    def files(self) -> Sequence[FileCheck]:
        """What the rows of each kind come to."""

    @property
    def ignored(self) -> Mapping[str, int]:
        """What is not kept, counted by its sort."""

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong that can be found without a server."""

    def as_json(self) -> dict[str, Any]:
        """Plain values, to be written as JSON."""


Found = TypeVar("Found", bound=WholeCheck)
Say = Callable[..., None]
"""Prints a text with its values, in the language that was asked for."""
Check = Callable[[Path, int, Callable[[int], None]], Found]
"""Checks the file at a path. Shows at most so many refused rows, and tells how many bytes it has read."""


def run(
    file: str,
    check: Check[Found],
    print_found: Callable[[Found, Say], None],
    *,
    most: int,
    language: str,
    as_json: bool,
) -> int:
    """Check the file and print what was found; returns the exit code."""
    path = Path(file)
    try:
        with check_data.progress_of(path) as progress:
            found = check(path, most, progress)
    except OSError:
        unreadable = FileUnreadable()
        teller(language, as_json=as_json, file=file)(Failure(unreadable.code, unreadable.messages))
        return codes.WRONG_USE

    def say(text: Text, **values: object) -> None:
        console().print(in_language(text, language).format(**values), markup=False, highlight=False)

    if as_json:
        print_json({"file": file, **found.as_json()})
    else:
        print_found(found, say)
    if found.head is None:
        return codes.WRONG_USE
    return codes.OK if found.ok else codes.NOT_ALL


def print_problem(file: str, found: WholeCheck, language: str) -> None:
    """Why the file would be refused as a whole, if so."""
    if found.problem is not None:
        said = found.problem.en if language == "en" else found.problem.da
        console().print(f"{file}: {found.problem.code}: {said}", markup=False, highlight=False)


def print_rows(file: str, found: WholeCheck, names: Mapping[str, tuple[str, str]], language: str, say: Say) -> None:
    """What is not kept, by the Danish and English ``names`` of its sorts, and what the rows of each kind come to."""
    if found.ignored:
        at = 1 if language == "en" else 0
        say(_IGNORED, counts=", ".join(f"{count} {names[sort][at]}" for sort, count in found.ignored.items()))
    for each in found.files:
        check_data.print_file(file, each, language)
