"""The names in a zip. None is ever used as a path; a bad one shows that the zip was made for something else."""

import re

from libs.shared.files.oneroster.archive.problems import ZipAbsolute, ZipName, ZipNested, ZipPath

_absolute = re.compile(r"[/\\]|[A-Za-z]:").match
_MACOS = "__MACOSX/"
_FINDER = ".DS_Store"
_PACKED = (".zip", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".tar", ".zst")
PACKED_STARTS = (b"PK\3\4", b"PK\5\6", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ")
"""The first bytes of packed files, whatever their name."""


def check_name(name: str) -> None:
    """Raise the problems of names. What macOS adds beside the files is let pass (``is_left_out``)."""
    if not name.isprintable():
        raise ZipName
    if _absolute(name):
        raise ZipAbsolute
    if is_left_out(name):
        return
    if "/" in name or "\\" in name or name in (".", ".."):
        raise ZipPath
    if name.casefold().endswith(_PACKED):
        raise ZipNested


def is_left_out(name: str) -> bool:
    """Whether macOS added it: a copy of attributes, or the layout of a window."""
    return (name.startswith(_MACOS) and ".." not in name and "\\" not in name) or name == _FINDER
