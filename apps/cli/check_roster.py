"""``skoleloeft check kommune.zip``: a OneRoster zip judged offline, by the platform's own reader and limits."""

from pathlib import Path

from apps.cli import check_data, codes
from apps.cli.kinds import FileUnreadable
from apps.cli.receipt_table import console
from apps.cli.wording import Failure, in_language, print_json, teller
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
_IGNORED = Text(da="Gemmes ikke: {counts}.", en="Not kept: {counts}.")
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
    path = Path(file)
    try:
        with check_data.progress_of(path) as progress:
            found = check_roster(path, most_shown=most, progress=progress)
    except OSError:
        unreadable = FileUnreadable()
        teller(language, as_json=as_json, file=file)(Failure(unreadable.code, unreadable.messages))
        return codes.WRONG_USE
    if as_json:
        print_json({"file": file, **found.as_json()})
    else:
        _print(file, found, language)
    if found.head is None:
        return codes.WRONG_USE
    return codes.OK if found.ok else codes.NOT_ALL


def _print(file: str, found: RosterCheck, language: str) -> None:
    def say(text: Text, **values: object) -> None:
        console().print(in_language(text, language).format(**values), markup=False, highlight=False)

    if found.head:
        head = found.head
        moment = found.moment.isoformat() if found.moment else "-"
        say(_HEAD, file=file, version=head.version, mode=head.mode, source=head.source, moment=moment)
    if found.problem is not None:
        said = found.problem.en if language == "en" else found.problem.da
        console().print(f"{file}: {found.problem.code}: {said}", markup=False, highlight=False)
    if found.rows:
        say(_READ, rows=", ".join(f"{name} {count}" for name, count in found.rows.items()))
    if found.institutions:
        say(_SCHOOLS, counts=", ".join(f"{number} {count}" for number, count in found.institutions.items()))
    if found.ignored:
        names = {sort: words[1 if language == "en" else 0] for sort, words in IGNORED.items()}
        say(_IGNORED, counts=", ".join(f"{count} {names[sort]}" for sort, count in found.ignored.items()))
    for each in found.files:
        check_data.print_file(file, each, language)
    if found.head:
        say(_DELTA if found.head.mode == DELTA else _BULK, count=found.only_server)
