"""Attacks one release: what the attacker wins, and whether all its claims are true."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from tests.disclosure.attacker.model import few_without, hidden_counts, model
from tests.disclosure.attacker.programme import Found
from tests.disclosure.attacker.reading import AUTUMNS, CATEGORIES, Cell, Codebook, Tables, read
from tests.disclosure.attacker.small_sets import Few, few, targets, weak_means
from tests.disclosure.judge import Truth, printed_small

VALUES = 4


@dataclass(slots=True)
class Outcome:
    """What an attack has won, by kind of gain.

    ``across`` holds days of pupils by whom printed groups of two releases differ. ``combined`` holds what follows from
    all releases together, though each one is safe by itself. ``wrong`` holds claims of the attacker that the truth
    contradicts, which is a fault of the attacker.
    """

    counts: list[Found] = field(default_factory=list)
    days: list[Found] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)
    combined: list[str] = field(default_factory=list)
    across: list[Found] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def won(self) -> bool:
        """Whether anything was won."""
        return bool(self.counts or self.days or self.printed or self.across or self.combined)

    def lines(self) -> list[str]:
        """A report for people: the first few gains of each kind."""
        found = [f"{one.name}: {one.low}–{one.high}" for one in self.counts[:4]]
        found += [f"days of {one.name}: {one.low / 2}–{one.high / 2}" for one in (*self.days[:4], *self.across[:4])]
        return [*found, *self.printed[:4], *self.combined[:4], *(f"WRONG {one}" for one in self.wrong[:4])]


def attack(bundle: bytes, truth: Truth, codebook: Codebook | None = None, stale: Collection[Cell] = ()) -> Outcome:
    """Attack one release. ``stale``: figures that may be copies of an earlier release's, which printed the same
    text.
    """
    book = codebook or Codebook(overlapping=truth.overlapping)
    tables = read(bundle)
    made = model(tables, book, stale)
    outcome = Outcome(printed=[*tables.slips, *_small(truth, tables, stale)])
    sets = _few(truth)
    weak = [mean for mean, text in tables.means.items() if text == "" and truth.weak(*mean) and truth.groups[mean[0]]]
    wanted = [*targets(made, sets, contributors=book.contributors, stale=stale), *weak_means(made, weak)]
    outcome.wrong = made.programme.broken(truth.solution() | _days_of(truth, sets))
    if not outcome.wrong:
        beside = few_without(made, truth.few_without(), VALUES)
        outcome.counts = made.programme.narrow([*hidden_counts(made, VALUES), *beside])
        outcome.days = made.programme.narrow(wanted)
    return outcome


def _small(truth: Truth, tables: Tables, stale: Collection[Cell]) -> list[str]:
    """Only figures that are certainly this release's own; those of an earlier release were judged with that release."""
    own = Tables(
        tables.school_year,
        {cell: text for cell, text in tables.counts.items() if cell not in stale},
        {cell: text for cell, text in tables.means.items() if cell not in stale},
    )
    return printed_small(truth, own)


def _few(truth: Truth) -> list[Few]:
    analysed = [one for one in truth.standings.values() if one.measured]
    cells = Counter(
        (one.measured, f"{letter} {' '.join(one.counted[letter])}") for one in analysed for letter in one.measured
    )
    return few(Counter(one.measured for one in analysed), cells)


def _members(truth: Truth, one: Few) -> list[int]:
    inside = [person for person, here in truth.standings.items() if here.measured in one.regions]
    if one.whole:
        return inside
    _, letter, variant, grade = one.name.split(" ")
    return [person for person in inside if truth.standings[person].counted[letter] == (variant, grade)]


def _days_of(truth: Truth, sets: list[Few]) -> dict[object, float]:
    return {
        ("few", number, autumn, category): sum(truth.half_days(_members(truth, one), autumn, category))
        for number, one in enumerate(sets)
        for autumn in AUTUMNS
        for category in CATEGORIES
    }
