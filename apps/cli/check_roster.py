"""``skoleloeft check kommune.zip``: a OneRoster zip judged offline, by the platform's own reader and limits."""

from collections.abc import Callable
from pathlib import Path

from apps.cli import check_whole
from apps.cli.check_whole import Say
from libs.shared.files.oneroster.checking import RosterCheck, check_roster, is_zip
from libs.shared.files.oneroster.vocabulary import DELTA, IGNORED
from libs.shared.rules.wording import Text

_HEAD = Text(
    da="{file}: OneRoster {version} ({mode}) fra {source}, {moment}.",
    en="{file}: OneRoster {version} ({mode}) of {source}, {moment}.",
)
_READ = Text(
    da="Læst: {rows}. En elevs række har nummeret fra enrollments.csv, en klasses fra classes.csv.",
    en="Read: {rows}. The number of a pupil's row is that in enrollments.csv, of a class's that in classes.csv.",
)
_SCHOOLS = Text(da="Elevrækker pr. institution: {counts}.", en="Rows of pupils by institution: {counts}.")
_DELTA = Text(
    da="Filen har kun ændringer: {count} rækker henviser til noget fra tidligere filer, som kun serveren kender.",
    en="The file has changes alone: {count} rows refer to something of earlier files, which only the server knows.",
)
_BULK = Text(
    da="Filen er hele sandheden om sine skoler: indskrivninger, den ikke har, afsluttes.",
    en="The file is the whole truth about its schools: enrolments that it does not have are ended.",
)


def is_roster(file: str) -> bool:
    """Whether the file is a zip; no plan and no other kind of file is. A damaged one goes by its name."""
    path = Path(file)
    if file == "-" or not path.is_file():
        return False
    try:
        with path.open("rb") as opened:
            return is_zip(opened.read(4)) or path.name.lower().endswith(".zip")
    except OSError:
        return False


def run(file: str, *, most: int, language: str, as_json: bool) -> int:
    """Check the file; returns the exit code."""

    def check(path: Path, most_shown: int, progress: Callable[[int], None]) -> RosterCheck:
        return check_roster(path, most_shown=most_shown, progress=progress)

    def print_found(found: RosterCheck, say: Say) -> None:
        _print(file, found, language, say)

    return check_whole.run(file, check, print_found, most=most, language=language, as_json=as_json)


def _print(file: str, found: RosterCheck, language: str, say: Say) -> None:
    if found.head:
        head = found.head
        moment = found.moment.isoformat() if found.moment else "-"
        say(_HEAD, file=file, version=head.version, mode=head.mode, source=head.source, moment=moment)
    check_whole.print_problem(file, found, language)
    if found.rows:
        say(_READ, rows=", ".join(f"{name} {count}" for name, count in found.rows.items()))
    if found.institutions:
        say(_SCHOOLS, counts=", ".join(f"{number} {count}" for number, count in found.institutions.items()))
    check_whole.print_rows(file, found, IGNORED, language, say)
    if found.head:
        say(_DELTA if found.head.mode == DELTA else _BULK, count=found.only_server)
