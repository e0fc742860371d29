"""Words that source systems write in the field of a missing identifier.

If such a word were taken for an identifier, all pupils with it would be merged into one.
"""

import re
import unicodedata

_WORDS = frozenset(
    {
        *("null", "nil", "none", "nan", "na", "n/a", "n.a.", "n.a", "#n/a", "#na", "#i/t", "undefined", "unknown"),
        *("missing", "not available", "not known", "ukendt", "uoplyst", "ikke oplyst", "ikke angivet", "mangler"),
        *("ingen", "intet"),
    }
)
_BRACKETS = "()[]{}<>'\"` "
_COUNTS = re.compile("[1-9]")
_TEN_ALIKE = re.compile(r"(\d)\1{5}-?\1{4}", re.ASCII)
_SPREADSHEET_FAULT = re.compile(r"#\S+[!?]")


def is_placeholder(text: str) -> bool:
    """Whether a field's text says that there is no identifier: ``NULL``, ``N/A``, ``-``, ``0000000000``, ``ukendt`` …

    This includes texts of only zeros and signs, ten identical digits, and error values of spreadsheets (``#REF!``).
    False for an empty text.
    """
    text = text.strip()
    if _COUNTS.search(text):  # nearly every value is a real identifier, so this is tested first
        return _TEN_ALIKE.fullmatch(text) is not None
    bare = unicodedata.normalize("NFC", text).casefold().strip(_BRACKETS)
    return bool(text) and (
        bare in _WORDS
        or not any(sign.isalnum() and sign != "0" for sign in bare)
        or _SPREADSHEET_FAULT.fullmatch(bare) is not None
    )
