"""``skoleloeft check skole.xml``: a file of SkoleGrunddata judged offline, by the platform's own reader and limits."""

import zlib
from pathlib import Path

from apps.cli import check_data, codes
from apps.cli.kinds import FileUnreadable, beginning_of
from apps.cli.receipt_table import console
from apps.cli.wording import Failure, in_language, print_json, teller
from libs.shared.files.skolegrunddata.checking import SnapshotCheck, check_snapshot
from libs.shared.files.skolegrunddata.declared import is_xml
from libs.shared.files.skolegrunddata.vocabulary import IGNORED
from libs.shared.rules.wording import Text

_HEAD = Text(
    da="{file}: SkoleGrunddata ({root}) fra {source}, {moment}: institution {number}, skoleår {year}.",
    en="{file}: SkoleGrunddata ({root}) of {source}, {moment}: institution {number}, school year {year}.",
)
_READ = Text(
    da="Filen har {groups} grupper og {persons} personer. En rækkes nummer er gruppens eller personens nummer i filen.",
    en="The file has {groups} groups and {persons} persons. A row's number is that of the group or person in the file.",
)
_IGNORED = Text(da="Gemmes ikke: {counts}.", en="Not kept: {counts}.")
_NO_KIND = Text(
    da="Formatet siger ikke, om en klasse er almen eller en specialklasse: det afgør skolens regler "
    "(/v1/class-kind-rules), eller slagsen er ukendt.",
    en="The format does not say whether a class is ordinary or special: the school's rules decide "
    "(/v1/class-kind-rules), or its kind is unknown.",
)


def is_snapshot(file: str) -> bool:
    """Whether the file is XML, plain or gzip; no plan and no other kind of file is. A damaged one goes by its name."""
    path = Path(file)
    if file == "-" or not path.is_file():
        return False
    try:
        return is_xml(beginning_of(path))
    except (OSError, EOFError, zlib.error):
        return path.name.lower().endswith((".xml", ".xml.gz"))


def run(file: str, *, most: int, language: str, as_json: bool) -> int:
    """Check the file; returns the exit code."""
    path = Path(file)
    try:
        with check_data.progress_of(path) as progress:
            found = check_snapshot(path, most_shown=most, progress=progress)
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


def _print(file: str, found: SnapshotCheck, language: str) -> None:
    def say(text: Text, **values: object) -> None:
        console().print(in_language(text, language).format(**values), markup=False, highlight=False)

    if found.head and found.institution:
        head = found.head
        say(
            _HEAD,
            file=file,
            root=head.root,
            source=head.source,
            moment=head.source_moment.isoformat(),
            number=found.institution.number,
            year=head.school_year,
        )
    if found.problem is not None:
        said = found.problem.en if language == "en" else found.problem.da
        console().print(f"{file}: {found.problem.code}: {said}", markup=False, highlight=False)
    say(_READ, groups=found.groups, persons=found.persons)
    if found.ignored:
        names = {sort: words[1 if language == "en" else 0] for sort, words in IGNORED.items()}
        say(_IGNORED, counts=", ".join(f"{count} {names[sort]}" for sort, count in found.ignored.items()))
    for each in found.files:
        check_data.print_file(file, each, language)
    say(_NO_KIND)
