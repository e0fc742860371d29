"""``skoleloeft check absence.csv``: a data file judged offline, by the parser, rules and limits of the services."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn
from rich.table import Table

from apps.cli import codes
from apps.cli.kinds import FileUnreadable, kind_of
from apps.cli.receipt_table import console
from apps.cli.wording import Failure, in_language, print_json, teller
from libs.shared.base.errors import Problem
from libs.shared.files.checking import check_file
from libs.shared.files.file_check import FileCheck, Said
from libs.shared.privacy.identifiers import IdentifierKind
from libs.shared.rules.wording import Text

_DATA_NAMES = (".csv", ".ndjson", ".jsonl", ".gz")
_SUM = Text(
    da="{file}: {kind}, {rows} rækker: {fine} uden fejl, {refused} vil blive afvist.",
    en="{file}: {kind}, {rows} rows: {fine} without an error, {refused} would be refused.",
)
_SERVER = Text(
    da="Kun platformen kan afgøre, om rækkerne også opfylder: {codes}.",
    en="Only the platform can tell whether the rows also keep: {codes}.",
)
_MORE = Text(da="… og {more} rækker mere.", en="… and {more} rows more.")
_CODE_HEADS = (
    Text(da="rækker", en="rows"),
    Text(da="kode", en="code"),
    Text(da="hvad der skal gøres", en="what to do"),
)
_ROW_HEADS = (
    Text(da="række", en="row"),
    Text(da="linje", en="line"),
    Text(da="kolonne", en="column"),
    Text(da="kode", en="code"),
    Text(da="værdi", en="value"),
)


def is_data(file: str) -> bool:
    """Whether the file is a data file and not a plan. Its first line decides, or else its name."""
    path = Path(file)
    if file == "-" or not path.is_file():
        return False
    try:
        # Every byte is a character in this charset, so it always decodes; the check itself uses the right one.
        kind_of(path, "iso-8859-1")
    except Problem:
        return path.name.lower().endswith(_DATA_NAMES)
    return True


def run(file: str, *, kind: str | None, charset: str, identifier: str, most: int, language: str, as_json: bool) -> int:
    """Check the file; returns the exit code."""
    tell = teller(language, as_json=as_json, file=file)
    path = Path(file)
    try:
        found = _checked(path, kind, charset, IdentifierKind(identifier), most)
    except OSError:
        unreadable = FileUnreadable()
        tell(Failure(unreadable.code, unreadable.messages))
        return codes.WRONG_USE
    if as_json:
        print_json({"file": file, **found.as_json()})
    else:
        print_file(file, found, language)
    if found.kind is None:
        return codes.WRONG_USE
    return codes.OK if found.ok else codes.NOT_ALL


def _checked(path: Path, kind: str | None, charset: str, identifier: IdentifierKind, most: int) -> FileCheck:
    with progress_of(path) as progress:
        return check_file(path, kind=kind, charset=charset, identifier=identifier, most_shown=most, progress=progress)


@contextmanager
def progress_of(path: Path) -> Iterator[Callable[[int], None]]:
    """A progress bar on a terminal, as a function that takes the bytes read so far. Raises ``OSError``."""
    error = console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, console=error, transient=True, disable=not error.is_terminal) as bar:
        task = bar.add_task(path.name, total=path.stat().st_size)
        yield lambda done: bar.update(task, completed=done)


def print_file(file: str, found: FileCheck, language: str) -> None:
    """What the rows of one kind come to."""
    out = console()
    if found.kind is not None:
        counts = {"rows": found.rows, "fine": found.fine, "refused": found.refused}
        out.print(in_language(_SUM, language).format(file=file, kind=found.kind.name, **counts), markup=False)
    if found.problem is not None:
        out.print(f"{file}: {found.problem.code}: {_said(found.problem, language)}", markup=False)
    for notice in found.notices:
        out.print(f"{notice.code} × {notice.count}: {notice.messages[language]}", markup=False)
    if found.codes:
        table = _table(_CODE_HEADS, language)
        for each in found.codes:
            table.add_row(str(each.rows), each.said.code, _said(each.said, language))
        out.print(table)
    if found.shown:
        table = _table(_ROW_HEADS, language)
        for row in found.shown:
            for error in row.errors:
                table.add_row(str(row.row), str(row.line), error.column or "", error.said.code, error.value_class)
        out.print(table)
    if found.refused > len(found.shown):
        out.print(in_language(_MORE, language).format(more=found.refused - len(found.shown)))
    if found.ok and found.needs_server:
        named = ", ".join(each.code for each in found.needs_server)
        out.print(in_language(_SERVER, language).format(codes=named), markup=False)


def _table(heads: tuple[Text, ...], language: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in heads:
        table.add_column(in_language(head, language), overflow="fold")
    return table


def _said(said: Said, language: str) -> str:
    return said.en if language == "en" else said.da
