"""Which kind of file a file is, by its first line, and which service takes it."""

import gzip
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from apps.cli.wording import CommandFailed
from libs.shared.client.imports.models import Kind
from libs.shared.client.imports.uploads import GZIP_START
from libs.shared.files.charset import charset_named
from libs.shared.files.formats_declared import FORMATS
from libs.shared.files.kinds.declared import KINDS
from libs.shared.files.recognising import BEGINNING, media_of, recognise


class FileUnreadable(CommandFailed):
    """It is not there, or is not what its name says."""

    code = "file.unreadable"
    da = "Filen findes ikke eller kan ikke læses. Kontrollér stien og rettighederne."
    en = "The file does not exist or cannot be read. Check the path and the permissions."


class KindUnknown(CommandFailed):
    """No service takes the kind."""

    code = "kind.unknown"
    da = "Ingen af tjenesterne tager imod {kind} med dette login. Vælg mellem: {kinds}."
    en = "None of the services takes {kind} with this login. Choose one of: {kinds}."


class Target(NamedTuple):
    """Where a file goes."""

    service: str
    kind: str


def kind_of(path: Path, charset: str) -> str:
    """The name of the kind or format that the file's beginning tells.

    Raises ``FileUnreadable``, ``KindNotRecognised`` or another problem of a file that cannot be read that far.
    """
    try:
        beginning = beginning_of(path)
    except (OSError, EOFError, zlib.error):
        raise FileUnreadable from None
    for form in FORMATS:
        if form.begins(beginning):
            return form.name
    return recognise(beginning, media_of(beginning), charset_named(charset), KINDS).name


def media_of_kind(kind: str) -> str | None:
    """The type of content of a format of several kinds; None for a kind of CSV or NDJSON."""
    return next((form.media[0] for form in FORMATS if form.name == kind), None)


def beginning_of(path: Path) -> bytes:
    """As much of the file, unpacked, as tells its kind. Raises ``OSError``, ``EOFError`` or ``zlib.error``."""
    with path.open("rb") as opened:
        packed = opened.read(len(GZIP_START)) == GZIP_START
    with gzip.open(path) if packed else path.open("rb") as unpacked:
        return unpacked.read(BEGINNING)


def target_of(kind: str, taken: Mapping[str, Sequence[Kind]]) -> Target:
    """The service that takes the kind, of those that say what they take. Raises ``KindUnknown``."""
    for service, kinds in taken.items():
        if any(each.name == kind for each in kinds):
            return Target(service, kind)
    raise KindUnknown(kind=kind, kinds=", ".join(each.name for kinds in taken.values() for each in kinds))
