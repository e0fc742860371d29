"""Figures of search quality, computed from the rank of each query's best right answer."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from services.intervention_catalog.content.models.queries import Query

FIRST = 3
Ranking = Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Measured:
    """A query and the rank of its best right answer, from 1; 0 if none was found."""

    query: Query
    rank: int

    @property
    def in_first_three(self) -> bool:
        """Whether a right answer is among the first three hits."""
        return 1 <= self.rank <= FIRST


@dataclass(frozen=True, slots=True)
class Figures:
    """The number of queries, the share with a right answer in the first three, and the mean reciprocal rank."""

    queries: int
    first_three: Fraction
    mean_reciprocal_rank: Fraction

    def least(self) -> Fraction:
        """The lower of the two figures."""
        return min(self.first_three, self.mean_reciprocal_rank)


def rank_of(right: Iterable[str], found: Sequence[str]) -> int:
    """The rank, from 1, of the first right key; 0 if there is none."""
    wanted = frozenset(right)
    return next((place for place, key in enumerate(found, start=1) if key in wanted), 0)


def measured(queries: Iterable[Query], ranking: Ranking) -> tuple[Measured, ...]:
    """Each query with the rank of its best right answer in the whole ranking."""
    return tuple(Measured(query, rank_of(query.right, ranking(query.text))) for query in queries)


def figures_of(results: Sequence[Measured]) -> Figures:
    """The figures of some queries; a query without a right answer adds 0. Raises ``ValueError`` without queries."""
    if not results:
        raise ValueError("there are no queries to measure")
    count = len(results)
    return Figures(
        queries=count,
        first_three=Fraction(sum(each.in_first_three for each in results), count),
        mean_reciprocal_rank=sum((Fraction(1, each.rank) for each in results if each.rank), Fraction(0)) / count,
    )


def by_manner(results: Iterable[Measured]) -> dict[str, tuple[Measured, ...]]:
    """The results by manner of typing, in the order in which the manners first occur."""
    manners: dict[str, list[Measured]] = {}
    for each in results:
        manners.setdefault(each.query.manner, []).append(each)
    return {manner: tuple(those) for manner, those in manners.items()}


def quality_lines(
    name: str, results: Sequence[Measured], plain: Sequence[Measured], *, held_out: bool = False
) -> list[str]:
    """The report of one file for a terminal: the figures next to a plain search's, and each query that misses.

    Of held-out queries that miss, only rank and manner are shown and not the words.
    """
    lines = [f"{name:<18}{'queries':>9}{'first three':>14}{'MRR':>8}{'plain: first three':>21}{'MRR':>8}"]
    lines.append(_line("all", results, plain))
    plain_manners = by_manner(plain)
    lines += [_line(manner, those, plain_manners[manner]) for manner, those in by_manner(results).items()]
    for each in results:
        if not each.in_first_three:
            where = f"rank {each.rank}" if each.rank else "not found"
            words = "held out" if held_out else each.query.text
            lines.append(f"missed ({where}, {each.query.manner}): {words}")
    return lines


def _line(manner: str, results: Sequence[Measured], plain: Sequence[Measured]) -> str:
    ours, theirs = figures_of(results), figures_of(plain)
    return (
        f"  {manner:<16}{ours.queries:>9}{_percent(ours.first_three):>14}{_decimals(ours.mean_reciprocal_rank):>8}"
        f"{_percent(theirs.first_three):>21}{_decimals(theirs.mean_reciprocal_rank):>8}"
    )


def _percent(share: Fraction) -> str:
    """Rounded down, so that 100 % means every query."""
    tenths = share * 1000 // 1
    return f"{tenths // 10}.{tenths % 10} %"


def _decimals(share: Fraction) -> str:
    thousandths = share * 1000 // 1
    return f"{thousandths // 1000}.{thousandths % 1000:03}"
