"""A municipality's share and the list that the rule makes of the shares. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from libs.shared.base.errors import Problem
from libs.shared.base.municipalities import is_municipality
from libs.shared.rules.funding.allocation import allocate
from libs.shared.rules.funding.facts import FundingFacts, MunicipalityShare
from libs.shared.rules.rule_sets import RuleSet
from libs.shared.rules.wording import Text
from services.registration.initiatives.domain import InvitationStatus
from services.registration.initiatives.shares.errors import (
    MunicipalityUnknown,
    RowError,
    ShareOfOtherDate,
    SharesRefused,
    SharesTwice,
)


@dataclass(frozen=True, slots=True)
class Share:
    """A share as it is loaded."""

    municipality_code: str
    share_percent: Decimal
    source: str
    reference_date: date


@dataclass(frozen=True, slots=True)
class Candidate:
    """A municipality by the rule: its place among all shares, and whether it is invited or compared with."""

    municipality_code: str
    share_percent: Decimal
    rank: int
    invited: bool
    comparison: bool
    reason: Text


@dataclass(frozen=True, slots=True)
class Given:
    """The shares that are loaded. ``rows`` are the numbers of their rows if they came as a spreadsheet."""

    shares: Sequence[Share]
    rows: Sequence[int] | None = None

    def require_consistent(self, reference_date: date) -> None:
        """Each municipality exists and stands once, and all are of the initiative's date.

        Raises ``SharesTwice``, ``ShareOfOtherDate`` or ``MunicipalityUnknown``; of a spreadsheet ``SharesRefused`` with
        every such row.
        """
        found = list(_faults(self.shares, reference_date))
        if not found:
            return
        if self.rows is None:
            raise found[0][2]
        raise SharesRefused(
            [RowError(self.rows[index], column, each.code, each.messages) for index, column, each in found]
        )


def _faults(given: Sequence[Share], reference_date: date) -> Iterator[tuple[int, str, Problem]]:
    """The place, the field and what is wrong with it."""
    seen: set[str] = set()
    for index, each in enumerate(given):
        code, place = each.municipality_code, f"/shares/{index}"
        if code in seen:
            pointer = f"{place}/municipality_code"
            yield index, "municipality_code", SharesTwice(pointer=pointer, code_given=code)
        elif not is_municipality(code):
            pointer = f"{place}/municipality_code"
            yield index, "municipality_code", MunicipalityUnknown(pointer=pointer, code_given=code)
        if each.reference_date != reference_date:
            pointer = f"{place}/reference_date"
            yield (
                index,
                "reference_date",
                ShareOfOtherDate(pointer=pointer, expected=reference_date.isoformat()),
            )
        seen.add(code)


class Role(StrEnum):
    """``invited`` has not answered; ``none``: neither takes part nor is compared with, such as one that withdrew."""

    PARTICIPATING = "participating"
    INVITED = "invited"
    COMPARISON = "comparison"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class RoleOf:
    """A municipality's place by the rule, its answer (None: not invited), and its role in the evaluation."""

    municipality_code: str
    share_percent: Decimal
    rank: int
    by_rule: bool
    status: InvitationStatus | None
    role: Role
    reason: Text


def candidates(rule_set: RuleSet, shares: Sequence[tuple[str, Decimal]], reference_date: date) -> list[Candidate]:
    """Every municipality with a share, the largest first, with what the rule says of it. Raises ``NoRuleInForce``."""
    given = tuple(MunicipalityShare(municipality_code=code, share_percent=share) for code, share in shares)
    by_rule = allocate(rule_set, FundingFacts(reference_date=reference_date, shares=given))
    invited, comparison = set(by_rule.invited), set(by_rule.comparison)
    ordered = sorted(given, key=lambda each: (-each.share_percent, each.municipality_code))
    line = ordered[len(invited) - 1].share_percent if invited else Decimal(0)
    found = []
    for rank, each in enumerate(ordered, 1):
        code, place = each.municipality_code, f"{rank} {{}} {len(ordered)}"
        said = _reason(code in invited, place, share=each.share_percent, most=len(invited), line=line)
        found.append(Candidate(code, each.share_percent, rank, code in invited, code in comparison, said))
    return found


def role_of(candidate: Candidate, status: str | None) -> RoleOf:
    """The role of a municipality: those that accepted take part; compared with are those that declined, and those just
    below the line that were never invited. One that withdrew had a part of the effort, so it is neither.
    """
    match status:
        case InvitationStatus.ACCEPTED:
            role = Role.PARTICIPATING
        case InvitationStatus.INVITED:
            role = Role.INVITED
        case InvitationStatus.DECLINED:
            role = Role.COMPARISON
        case InvitationStatus.WITHDRAWN:
            role = Role.NONE
        case _:
            role = Role.COMPARISON if candidate.comparison else Role.NONE
    return RoleOf(
        candidate.municipality_code,
        candidate.share_percent,
        candidate.rank,
        candidate.invited,
        None if status is None else InvitationStatus(status),
        role,
        candidate.reason,
    )


def _reason(invited: bool, place: str, *, share: Decimal, most: int, line: Decimal) -> Text:
    """One sentence in each language, naming the numbers."""
    danish, danish_line = (f"{each:.2f}".replace(".", ",") for each in (share, line))
    da, en = f"Nr. {place.format('af')} med {danish} %", f"Number {place.format('of')} with {share:.2f}%"
    if invited:
        return Text(
            da=f"{da}: blandt de {most} med den største andel.", en=f"{en}: among the {most} with the largest share."
        )
    return Text(
        da=f"{da}: ikke blandt de {most} med den største andel, som går ned til {danish_line} %.",
        en=f"{en}: not among the {most} with the largest share, which goes down to {line:.2f}%.",
    )
