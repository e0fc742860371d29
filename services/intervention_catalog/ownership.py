"""The owner of a draft or a published item. What an owner may do with it is decided in ``access.py``."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Owner:
    """The owner of a draft or a published item: the secretariat (no municipality), a municipality as a whole
    (``institution_numbers`` None), or the institutions whose people wrote it.
    """

    municipality_code: str | None = None
    institution_numbers: frozenset[str] | None = None
