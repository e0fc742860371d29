"""Complementary cell suppression: further figures are hidden until the audit finds no exposure."""

import time
from collections.abc import Callable, Mapping, Sequence

from services.evaluation_export.disclosure.audit import Exposure, audit
from services.evaluation_export.disclosure.release import Cell, Group, PersonKeys
from services.evaluation_export.disclosure.rules import DisclosureRules
from services.evaluation_export.products.aggregate.facts import Facts
from services.evaluation_export.products.aggregate.figures import (
    ALL,
    CLASSES,
    GRADES,
    MEANS,
    PARTICIPANTS,
    PUPILS,
    SELECTIONS,
    Figures,
    autumns,
)


class NotProtectable(Exception):
    """Hiding everything that can be hidden does not protect a group; nothing may be released."""


Written = Callable[[Figures], Mapping[str, bytes]]


class Protecting:
    """Hides further figures of one bundle until the audit of its files finds no exposure.

    ``write`` makes the files of figures. ``kept`` cells show an earlier group's figures, which reveals that this group
    is close to it; ``public`` ones are known from an earlier release of exactly the same persons, so hiding them
    protects nobody. ``seconds`` is the time for all runs of the audit together.
    """

    def __init__(
        self,
        facts: Facts,
        rules: DisclosureRules,
        write: Written,
        *,
        kept: frozenset[Cell] = frozenset(),
        public: frozenset[Cell] = frozenset(),
        earlier: Sequence[Group] = (),
        persons: Sequence[PersonKeys] = (),
        seconds: float,
    ) -> None:
        self._facts = facts
        self._rules = rules
        self._write = write
        self._kept = kept
        self._public = public
        self._earlier = earlier
        self._persons = persons
        self._end = time.monotonic() + seconds

    def protect(self, figures: Figures) -> Figures:
        """The figures that may be printed. Raises ``NotProtectable``, and what the audit raises."""
        left = figures
        while exposures := self._audit(left):
            # The helpers of each exposure are chosen as if the helpers of the previous exposures were hidden already.
            helpers = [frozenset(exposure.helpers) - self._public for exposure in exposures]
            if not all(helpers):
                raise NotProtectable
            hidden = with_aliases(frozenset().union(*helpers), self._facts)
            fewer = closed({cell: None if cell in hidden else figure for cell, figure in left.items()}, self._facts)
            if fewer == left:
                raise NotProtectable
            left = fewer
        return self._with_needless_shown(figures, left)

    def _audit(self, figures: Figures) -> tuple[Exposure, ...]:
        return audit(
            self._write(figures),
            self._facts.snapshot,
            self._rules,
            kept=frozenset(cell for cell in self._kept if figures[cell] is not None),
            fixed=self._public,
            earlier=self._earlier,
            persons=self._persons,
            seconds=max(self._end - time.monotonic(), 0.0),
        )

    def _with_needless_shown(self, figures: Figures, left: Figures) -> Figures:
        """Shows each hidden total again, with its means, if the audit then finds no exposure.

        Helpers are chosen one exposure after the other, so an early helper may be unnecessary in the end.
        """
        totals = [cell for cell in sorted(figures) if _is_total(cell) and figures[cell] is not None]
        for again in dict.fromkeys(with_aliases(frozenset({cell}), self._facts) for cell in totals):
            if all(left[cell] is not None for cell in again):
                continue
            beside = {other for one in again if one[-1] == PUPILS for other in figures if other[:3] == one[:3]}
            shown = {other: figures[other] if other in again | beside else left[other] for other in figures}
            if not self._audit(shown):
                left = shown
        return left


def _is_total(cell: Cell) -> bool:
    return cell[:2] == ("flow", "left") or cell[-1] == PUPILS or (cell[0] == PARTICIPANTS and cell[-1] == ALL)


def with_aliases(cells: frozenset[Cell], facts: Facts) -> frozenset[Cell]:
    """The cells, and every other cell that shows the same figure of the same persons."""
    return cells.union(*(same for same in _aliases(facts) if same & cells))


def closed(figures: Figures, facts: Facts) -> Figures:
    """The figures without those that may not be printed next to a hidden figure.

    A group whose number of pupils is hidden has no means; a row about courses without their number is empty; a hidden
    number of courses has no share; a row about selections without its number of pupils has no number of classes.
    """
    shown = dict(figures)
    for cell, figure in figures.items():
        if figure is not None:
            continue
        if cell[0] == "absence" and cell[-1] == PUPILS:
            for autumn in autumns(facts):
                shown |= dict.fromkeys((*cell[:-1], autumn, category) for category in MEANS)
        elif cell[0] == "dosage" and cell[-1] == "courses":
            shown |= dict.fromkeys(other for other in figures if other[:-1] == cell[:-1])
        elif cell[0] == "dosage" and cell[-1] in ("planned_met", "delivered_met"):
            shown[(*cell[:-1], f"share_{cell[-1]}")] = None
        elif cell[0] == SELECTIONS and (*cell, CLASSES) in figures:
            shown[(*cell, CLASSES)] = None
    return shown


def _aliases(facts: Facts) -> list[frozenset[Cell]]:
    last = len(facts.flow) - 1
    found: list[frozenset[Cell]] = [
        frozenset({("flow", "in", str(step)), ("flow", "left", str(step - 1))}) for step in range(1, last + 1)
    ]
    found.append(frozenset({("flow", "left", str(last)), ("absence", PARTICIPANTS, ALL, PUPILS)}))
    for type_ in facts.types:
        if len(type_.variants) == 1:
            only = type_.variants[0].variant
            found += [
                frozenset({(PARTICIPANTS, type_.letter, variant, grade) for variant in (ALL, only)})
                for grade in (ALL, *GRADES)
            ]
    return found
