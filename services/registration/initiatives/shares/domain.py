"""A municipality's share and the list that the rule makes of the shares. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from libs.shared.rules.funding.allocation import allocate
from libs.shared.rules.funding.facts import FundingFacts, MunicipalityShare
from libs.shared.rules.rule_sets import RuleSet
from libs.shared.rules.wording import Text
from services.registration.initiatives.shares.errors import (
    ShareOfOtherDate,
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


def require_consistent(given: Sequence[Share], reference_date: date) -> None:
    """Each municipality once, and all of the initiative's date. Raises ``SharesTwice`` and ``ShareOfOtherDate``."""
    seen: set[str] = set()
    for index, each in enumerate(given):
        if each.municipality_code in seen:
            raise SharesTwice(pointer=f"/shares/{index}/municipality_code", code_given=each.municipality_code)
        if each.reference_date != reference_date:
            raise ShareOfOtherDate(pointer=f"/shares/{index}/reference_date", expected=reference_date.isoformat())
        seen.add(each.municipality_code)


def candidates(
    rule_set: RuleSet, shares: Sequence[tuple[str, Decimal]], reference_date: date, declined: Collection[str]
) -> list[Candidate]:
    """Every municipality with a share, the largest first, with what the rule says of it.

    ``declined`` are those that were invited and do not take part. Raises ``NoRuleInForce``.
    """
    given = tuple(MunicipalityShare(municipality_code=code, share_percent=share) for code, share in shares)
    facts = FundingFacts(reference_date=reference_date, shares=given, declined=frozenset(declined))
    by_rule = allocate(rule_set, facts)
    invited, comparison = set(by_rule.invited), set(by_rule.comparison)
    ordered = sorted(given, key=lambda each: (-each.share_percent, each.municipality_code))
    line = ordered[len(invited) - 1].share_percent if invited else Decimal(0)
    found = []
    for rank, each in enumerate(ordered, 1):
        code = each.municipality_code
        said = _reason(
            code in invited, f"{rank}", f"{len(ordered)}", share=each.share_percent, most=len(invited), line=line
        )
        found.append(Candidate(code, each.share_percent, rank, code in invited, code in comparison, said))
    return found


def _reason(invited: bool, rank: str, of: str, *, share: Decimal, most: int, line: Decimal) -> Text:
    """One sentence in each language, naming the numbers."""
    danish, danish_line = (f"{each:.2f}".replace(".", ",") for each in (share, line))
    if invited:
        return Text(
            da=f"Nr. {rank} af {of} med {danish} %: blandt de {most} med den største andel.",
            en=f"Number {rank} of {of} with {share:.2f}%: among the {most} with the largest share.",
        )
    return Text(
        da=f"Nr. {rank} af {of} med {danish} %: ikke blandt de {most} med den største andel, som går ned til "
        f"{danish_line} %.",
        en=f"Number {rank} of {of} with {share:.2f}%: not among the {most} with the largest share, which goes down to "
        f"{line:.2f}%.",
    )
