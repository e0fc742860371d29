"""The part of a class's name that may be published. Pure."""

import re
import unicodedata

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
