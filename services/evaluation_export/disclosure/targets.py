"""The sums that must stay unknown, and the values that the witnesses found so far leave possible."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from services.evaluation_export.disclosure.earlier_counts import EarlierCounts
from services.evaluation_export.disclosure.knowledge import PARTS, Days, Knowledge, Measure
from services.evaluation_export.disclosure.programme import Terms
from services.evaluation_export.disclosure.reading import ALL, OTHERS, PARTICIPANTS, SELECTIONS, Tables
from services.evaluation_export.disclosure.release import Cell
from services.evaluation_export.disclosure.rows import unions
from services.evaluation_export.disclosure.rules import DisclosureRules
from services.evaluation_export.disclosure.selections import rests
from services.evaluation_export.disclosure.truth import Truth, rests_on_few


class Target(Protocol):
    """A sum that must stay unknown. Values are distances from the truth, which is the first witness."""

    name: str
    terms: Terms
    family: str

    @property
    def width(self) -> int:
        """The least difference that two witnesses must have."""

    @property
    def met(self) -> bool:
        """Whether the witnesses found so far leave enough values possible."""

    def offer(self, value: int) -> None:
        """Add the value of a further witness."""

    def wanted(self, sign: int) -> int:
        """The nearest value above (1) or below (-1) that would help."""


@dataclass(slots=True)
class Values:
    """A hidden count: ``needed`` different values must be possible. ``seen`` are the values found, not distances.

    Counts that a reader cannot distinguish share the values found.
    """

    name: str
    terms: Terms
    true: int
    needed: int
    seen: set[int] = field(default_factory=set)
    family: str = "counts"

    @property
    def width(self) -> int:
        """The distance between the outermost of so many values."""
        return self.needed - 1

    @property
    def met(self) -> bool:
        """See ``Target``."""
        return len(self.seen) >= self.needed

    def offer(self, value: int) -> None:
        """See ``Target``."""
        self.seen.add(self.true + value)

    def wanted(self, sign: int) -> int:
        """See ``Target``."""
        value = sign
        while self.true + value in self.seen:
            value += sign
        return value


@dataclass(slots=True)
class Range:
    """Half-days: the highest and lowest possible ones must lie ``width`` apart."""

    name: str
    terms: Terms
    width: int
    family: str
    low: int = 0
    high: int = 0

    @property
    def met(self) -> bool:
        """See ``Target``."""
        return self.high - self.low >= self.width

    def offer(self, value: int) -> None:
        """See ``Target``."""
        self.low, self.high = min(self.low, value), max(self.high, value)

    def wanted(self, sign: int) -> int:
        """See ``Target``."""
        return self.low + self.width if sign > 0 else self.high - self.width


def targets(
    known: Knowledge,
    tables: Tables,
    truth: Truth,
    rules: DisclosureRules,
    earlier: EarlierCounts | None = None,
) -> list[Target]:
    """Every hidden count, earlier ones too, and the days of few persons. Sums that are the same are one target."""
    found: dict[tuple[tuple[int, int], ...], Target] = {}
    cells = [cell for cell, value in tables.numbers.items() if value is None]
    hidden = [(" ".join(cell), known.counts[cell]) for cell in cells]
    names = ["/".join(cell[:-1] if cell[-1] == "pupils" else cell) for cell in tables.counts]
    for name, terms in (*hidden, *(earlier.hidden(names) if earlier else ())):
        true = known.programme.true(terms)
        if terms and (true < rules.threshold or name in tables.counts or not name.startswith("earlier")):
            family = SELECTIONS if SELECTIONS in name else "counts"
            found.setdefault(_same(terms), Values(name, terms, true, rules.possible_values, family=family))
    for name, terms in rests(known, tables):
        if terms and known.programme.true(terms) < rules.threshold:
            found.setdefault(_same(terms), Range(name, terms, rules.possible_values - 1, "rests"))
    for name, family, terms in days_at_risk(known, tables, truth, rules):
        found.setdefault(_same(terms), Range(name, terms, 2 * rules.days, family))
    return list(found.values())


def _same(terms: Terms) -> tuple[tuple[int, int], ...]:
    return tuple(sorted(terms.items()))


def days_at_risk(
    known: Knowledge, tables: Tables, truth: Truth, rules: DisclosureRules
) -> Iterator[tuple[str, str, Terms]]:
    """Days of one to four persons: others, any set of types (the rest of all without the other types), a grade.

    Also the days of a larger group that rest on few of its persons, unless their mean is shown, because the rule about
    contributors was then checked when the mean was made.
    """
    for measure in ((year, category) for year in known.years for category in PARTS):
        for small in known.inside.values():
            yield f"days {small.name} {' '.join(measure)}", " ".join(measure), small.halves[measure]
        for types in (*unions(known), (known.others,)):
            members = [one for group in types for one in group.members]
            if not members or _is_shown(types, known, tables, measure):
                continue
            if len(members) < rules.threshold or rests_on_few(
                truth.half_days(members, measure[0], PARTS[measure[1]]), rules
            ):
                name = "+".join(group.name for group in types)
                yield f"days {name} {' '.join(measure)}", " ".join(measure), _sum(types, measure)


def _sum(groups: tuple[Days, ...], measure: Measure) -> Terms:
    return {variable: factor for group in groups for variable, factor in group.halves[measure].items()}


def _is_shown(groups: tuple[Days, ...], known: Knowledge, tables: Tables, measure: Measure) -> bool:
    """Whether the mean of exactly these groups is printed."""
    codes = {letter: code for code, letter in tables.letters.items()}
    cells: list[Cell] = []
    if groups == (known.others,):
        cells.append(("absence", OTHERS, ALL, *measure))
    elif len(groups) == len(known.types):
        cells.append(("absence", PARTICIPANTS, ALL, *measure))
    elif len(groups) == 1:
        cells.append(("absence", PARTICIPANTS, codes[groups[0].name], *measure))
    return any(tables.means[cell] is not None for cell in cells)
