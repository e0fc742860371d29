"""Notices: information about rows that were accepted. They have stable codes and are counted on the receipt.

They are counted by code and column, so the notices of a receipt are limited by its kind.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from libs.shared.files.errors import ErrorText

PLACEHOLDER = "identifier.placeholder"
"""A placeholder such as NULL in a column of an identifier. An optional column is read as empty; else it is refused."""

_TEXTS = {
    text.code: text
    for text in (
        ErrorText(
            PLACEHOLDER,
            "I {count} rækker står der noget i feltet {column}, som betyder »intet« (fx NULL, NA, -, 0000000000, "
            "ukendt). Det er læst som et tomt felt. Lad feltet være tomt, eller skriv elevens egen identifikation.",
            'In {count} rows the field {column} holds a word for "nothing" (such as NULL, NA, -, 0000000000, unknown). '
            "It was read as an empty field. Leave it empty, or write the pupil's own identifier.",
        ),
    )
}


def notice_key(code: str, column: str) -> str:
    """The name under which a notice about a column is counted."""
    return f"{code}:{column}"


def column_of(key: str) -> tuple[str, str]:
    """The code and the column of a ``notice_key``."""
    code, _, column = key.partition(":")
    return code, column


@dataclass(frozen=True, slots=True)
class Notice:
    """A counted notice with its texts."""

    code: str
    column: str
    count: int

    @property
    def messages(self) -> dict[str, str]:
        """Both texts, filled in. A code of another release is shown as it is."""
        text = _TEXTS.get(self.code) or ErrorText(self.code, self.code, self.code)
        return {
            "da": text.da.format(count=self.count, column=self.column),
            "en": text.en.format(count=self.count, column=self.column),
        }


def notices(counts: Mapping[str, int]) -> list[Notice]:
    """The notices of stored counts (``notice_key`` → rows), by code and column."""
    return [Notice(*column_of(key), count) for key, count in sorted(counts.items())]
