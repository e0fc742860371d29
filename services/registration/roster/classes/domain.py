"""Classes as they are chosen for a list, and the part of a name that may be published. Pure."""

import re
import unicodedata
from dataclasses import dataclass

_USUAL = re.compile(r"(10|[0-9])[\s.,:/_-]*(?:[Kk]lasse\s*)?([A-Za-zÆØÅæøå]{1,2})?\.?", re.ASCII)


def label(name: str, grade: int) -> str:
    """The class's name as ``5A`` where it has the usual form, its grade and one or two letters; else the grade alone.

    A municipality may name a class after a child, and a name cannot be recognised as one, so no other text is
    published.
    """
    found = _USUAL.fullmatch(unicodedata.normalize("NFC", name).strip())
    if found is None or int(found[1]) != grade:
        return str(grade)
    return f"{grade}{(found[2] or '').upper()}"


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which classes of a municipality are listed. ``institutions`` are the only ones that the caller may see; None:
    all.
    """

    institutions: frozenset[str] | None = None
    institution_number: str | None = None
    school_year: str | None = None
    kind: str | None = None
