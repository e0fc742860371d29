"""Who a pupil is known as, and what a row changes of it. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from libs.shared.privacy.identifiers import IdentifierKind

Identifier = tuple[IdentifierKind, str]
"""An identifier in its one written form."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What a row says, or what is known, of who a pupil is. Never shown: it holds the values in the clear."""

    cpr_number: str | None = field(default=None, repr=False)
    uni_login: str | None = field(default=None, repr=False)
    local_id: str | None = field(default=None, repr=False)
    name: str = field(default="", repr=False)

    @property
    def identifiers(self) -> tuple[Identifier, ...]:
        """Those that are there."""
        pairs = (
            (IdentifierKind.CPR_NUMBER, self.cpr_number),
            (IdentifierKind.UNI_LOGIN, self.uni_login),
            (IdentifierKind.LOCAL_ID, self.local_id),
        )
        return tuple((kind, value) for kind, value in pairs if value)


IsRealCprNumber = Callable[[str], bool]
"""Whether ten digits are a real CPR number. In the development profile replacement numbers are accepted as real."""


def same_person(one: str | None, other: str | None, is_real_cpr: IsRealCprNumber) -> bool:
    """Whether two CPR numbers may be one person's: they are unless both count and differ.

    A replacement number gives way to a CPR number that comes later.
    """
    return one is None or other is None or one == other or not (is_real_cpr(one) and is_real_cpr(other))


def known_as(
    before: Identity, row: Identity, proven: frozenset[IdentifierKind], is_real_cpr: IsRealCprNumber
) -> Identity:
    """The identity after a row: what it leaves empty stays, and a replacement number never replaces a CPR number.

    Of CPR number and UNI-Login, those in ``proven`` alone replace another one (see ``evidence.replaces``).
    """
    gives_way = (
        before.cpr_number is not None
        and row.cpr_number is not None
        and (is_real_cpr(before.cpr_number) and not is_real_cpr(row.cpr_number))
    )
    return replace(
        before,
        cpr_number=before.cpr_number
        if gives_way
        else _taken(IdentifierKind.CPR_NUMBER, before.cpr_number, row.cpr_number, proven),
        uni_login=_taken(IdentifierKind.UNI_LOGIN, before.uni_login, row.uni_login, proven),
        local_id=row.local_id or before.local_id,
        name=row.name,
    )


def _taken(kind: IdentifierKind, before: str | None, said: str | None, proven: frozenset[IdentifierKind]) -> str | None:
    if before is None or said is None:
        return before or said
    return said if kind in proven else before
