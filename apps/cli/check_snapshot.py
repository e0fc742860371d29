"""``skoleloeft check skole.xml``: a file of SkoleGrunddata judged offline, by the platform's own reader and limits."""

import zlib
from collections.abc import Callable
from pathlib import Path

from apps.cli import check_whole
from apps.cli.check_whole import Say
from apps.cli.kinds import beginning_of
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

    def check(path: Path, most_shown: int, progress: Callable[[int], None]) -> SnapshotCheck:
        return check_snapshot(path, most_shown=most_shown, progress=progress)

    def print_found(found: SnapshotCheck, say: Say) -> None:
        _print(file, found, language, say)

    return check_whole.run(file, check, print_found, most=most, language=language, as_json=as_json)


def _print(file: str, found: SnapshotCheck, language: str, say: Say) -> None:
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
    check_whole.print_problem(file, found, language)
    say(_READ, groups=found.groups, persons=found.persons)
    check_whole.print_rows(file, found, IGNORED, language, say)
    say(_NO_KIND)
