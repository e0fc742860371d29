"""FUND-INVITED, FUND-ALLOCATION and FUND-COMPARISON."""

from collections.abc import Iterable
from fractions import Fraction
from math import floor

from pydantic import BaseModel, ConfigDict

from libs.shared.rules.funding.facts import FundingFacts, MunicipalityShare
from libs.shared.rules.funding.settings import FundingSettings
from libs.shared.rules.rule_sets import RuleSet
from libs.shared.rules.verdicts import frame

FAMILY = "funding"


class Allocation(BaseModel):
    """What each accepting municipality gets, in whole kroner by its code, and who is compared with.

    ``invited`` by falling share; ``undivided`` is the whole pool when nobody with a share accepts, else 0.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule_set: str
    version: int
    pool: int
    invited: tuple[str, ...]
    grants: dict[str, int]
    comparison: tuple[str, ...]
    undivided: int


def allocate(rule_set: RuleSet, facts: FundingFacts) -> Allocation:
    """Divide the pool among the invited municipalities that accept, by their shares (R; the formula is C); source 001,
    1.1 and 6.1.

    When a municipality declines after the allocation, call this again with one more in ``declined``: the pool is
    divided again among those left, and no other municipality is invited. Raises ``NoRuleInForce`` when the set does not
    apply on the reference date.
    """
    rule_set.require_in_force(facts.reference_date)
    settings = rule_set.settings_as(FundingSettings)
    invited = _by_share(facts.shares)[: settings.invited]
    accepting = [each for each in invited if each.municipality_code not in facts.declined]
    grants = divided(settings.pool, {each.municipality_code: Fraction(each.share_percent) for each in accepting})
    return Allocation(
        **frame(rule_set),
        pool=settings.pool,
        invited=tuple(each.municipality_code for each in invited),
        grants=grants,
        comparison=_comparison(settings, facts, invited),
        undivided=settings.pool - sum(grants.values()),
    )


def divided(pool: int, shares: dict[str, Fraction]) -> dict[str, int]:
    """Divide ``pool``, in whole kroner, by the largest remainder method, ties by code. The parts add up to ``pool``;
    the result is empty if the shares add up to 0.
    """
    total = sum(shares.values())
    if not total:
        return {}
    exact = {code: pool * share / total for code, share in shares.items()}
    parts = {code: floor(amount) for code, amount in exact.items()}
    left = pool - sum(parts.values())
    for code in sorted(exact, key=lambda each: (parts[each] - exact[each], each))[:left]:
        parts[code] += 1
    return dict(sorted(parts.items()))


def _by_share(shares: Iterable[MunicipalityShare]) -> list[MunicipalityShare]:
    return sorted(shares, key=lambda each: (-each.share_percent, each.municipality_code))


def _comparison(
    settings: FundingSettings, facts: FundingFacts, invited: Iterable[MunicipalityShare]
) -> tuple[str, ...]:
    """The municipalities just below the invited ones, and the invited ones that declined, sorted by code."""
    asked = {each.municipality_code for each in invited}
    return tuple(
        sorted(
            each.municipality_code
            for each in facts.shares
            if (
                each.municipality_code in facts.declined
                if each.municipality_code in asked
                else each.share_percent >= settings.comparison_from_percent
            )
        )
    )
