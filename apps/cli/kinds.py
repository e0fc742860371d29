"""Which kind of file a file is, by its first line and by what the services say they take."""

import csv
import gzip
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from apps.cli.wording import CommandFailed
from libs.shared.client.imports.models import Kind
from libs.shared.client.imports.uploads import File

FIRST_BYTES = 64 * 1024
_SEPARATORS = ";,\t"


class FileUnreadable(CommandFailed):
    """It is not there, or is not what its name says."""

    code = "file.unreadable"
    da = "Filen findes ikke eller kan ikke læses. Kontrollér stien og rettighederne."
    en = "The file does not exist or cannot be read. Check the path and the permissions."


class FileEmpty(CommandFailed):
    """There is no first line."""

    code = "file.empty"
    da = "Filen er tom. Skriv en overskrift og rækker i den."
    en = "The file is empty. Write a header and rows in it."


class KindUnclear(CommandFailed):
    """No kind has these columns, or more than one has."""

    code = "kind.unclear"
    da = "Kolonnerne {columns} er ikke dem for én slags fil. Ret overskriften, eller vælg med --kind: {kinds}."
    en = "The columns {columns} are not those of one kind of file. Correct the header, or choose with --kind: {kinds}."


class KindUnknown(CommandFailed):
    """No service takes the kind that was named."""

    code = "kind.unknown"
    da = "Ingen af tjenesterne tager imod {kind} med dette login. Vælg mellem: {kinds}."
    en = "None of the services takes {kind} with this login. Choose one of: {kinds}."


class Target(NamedTuple):
    """Where a file goes."""

    service: str
    kind: Kind


def columns_of(file: File, charset: str) -> Sequence[str]:
    """The names in a file's first line, in small letters. Raises ``FileUnreadable`` or ``FileEmpty``."""
    line = _first_line(file.path, charset, packed=file.gzip)
    if file.content_type.startswith("text/csv"):
        separator = next((sign for sign in _SEPARATORS if sign in line), ";")
        return [name.strip().lower() for name in next(csv.reader([line], delimiter=separator))]
    try:
        found = json.loads(line)
    except ValueError:
        raise FileUnreadable from None
    if not isinstance(found, dict):
        raise FileUnreadable
    return [name.lower() for name in found]


def _first_line(path: Path, charset: str, *, packed: bool) -> str:
    """The first line that says something: not the ``sep=;`` of a spreadsheet."""
    try:
        with gzip.open(path) if packed else path.open("rb") as opened:
            beginning = opened.read(FIRST_BYTES)
    except (OSError, EOFError, zlib.error):
        raise FileUnreadable from None
    # What cannot be read in the charset is the server's to refuse, in its own words.
    lines = beginning.decode("utf-8-sig" if charset == "utf-8" else charset, "replace").splitlines()
    for line in lines:
        if line.strip() and not line.lower().startswith("sep="):
            return line
    raise FileEmpty


def target_of(columns: Iterable[str], taken: Mapping[str, Sequence[Kind]]) -> Target:
    """The one kind with these columns, of those that the services take. A column that begins with ``_`` is of a file of
    refused rows on its way back. Raises ``KindUnclear``.
    """
    names = {name for name in columns if name and not name.startswith("_")}
    found = [
        Target(service, kind)
        for service, kinds in taken.items()
        for kind in kinds
        if {each.name for each in kind.columns if each.required} <= names <= {each.name for each in kind.columns}
    ]
    if len(found) != 1:
        raise KindUnclear(columns=", ".join(sorted(names)), kinds=_names(taken))
    return found[0]


def target_named(name: str, taken: Mapping[str, Sequence[Kind]]) -> Target:
    """The kind of the name. Raises ``KindUnknown``."""
    for service, kinds in taken.items():
        for kind in kinds:
            if kind.name == name:
                return Target(service, kind)
    raise KindUnknown(kind=name, kinds=_names(taken))


def _names(taken: Mapping[str, Sequence[Kind]]) -> str:
    return ", ".join(kind.name for kinds in taken.values() for kind in kinds)
