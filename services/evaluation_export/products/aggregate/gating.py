"""The gate applied to a bundle: each group shows its own figures, those of an earlier group, or none."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from services.evaluation_export.disclosure.gate import decide, fingerprint
from services.evaluation_export.disclosure.release import Cell, Figure, Group, PersonKeys
from services.evaluation_export.disclosure.rules import DisclosureRules
from services.evaluation_export.products.aggregate.figures import Figures, Source

Keys = Mapping[int, PersonKeys]
"""The keys of each person in the store of releases, by the person's number."""


@dataclass(frozen=True, slots=True)
class Decided:
    """The decisions of the gate.

    ``sources`` have the figures that they may show. ``own`` are those that show their own and are kept in the store.
    ``kept`` are cells that show figures of an earlier group with other persons or values, ``public`` all cells that
    show figures released before.
    """

    sources: Sequence[Source]
    own: Sequence[Source]
    kept: frozenset[Cell]
    public: frozenset[Cell]


def through_gate(sources: Sequence[Source], keys: Keys, earlier: Sequence[Group], rules: DisclosureRules) -> Decided:
    """Decide for every source. Groups below the threshold have no figures of their own to show."""
    passed: list[Source] = []
    own: list[Source] = []
    kept: set[Cell] = set()
    public: set[Cell] = set()
    for source in sources:
        group = group_of(source, keys)
        found = decide(group, earlier, rules)
        if found is group:
            passed.append(source)
            if len(source.members) >= rules.threshold:
                own.append(source)
            continue
        figures = {label: None if found is None else _figure(found.figures.get(label)) for label in source.figures}
        passed.append(replace(source, figures=figures))
        shown = {cell for label, cell in source.cells.items() if figures[label] is not None}
        public |= shown
        if found is not None and found.members != group.members:
            kept |= shown
    return Decided(passed, own, frozenset(kept), frozenset(public))


def groups_of(sources: Iterable[Source], keys: Keys, figures: Figures) -> tuple[Group, ...]:
    """The groups as the store of releases keeps them, with the figures that were finally printed."""
    return tuple(
        group_of(replace(source, figures={label: figures[cell] for label, cell in source.cells.items()}), keys)
        for source in sources
    )


def group_of(source: Source, keys: Keys) -> Group:
    """A source with its persons' pseudonyms, and a fingerprint of each person's measured values."""
    return Group(
        source.period,
        source.name,
        {
            keys[one].pseudonym: fingerprint(keys[one], source.period, source.values[one]) if source.values else b""
            for one in source.members
        },
        {label: None if figure is None else str(figure) for label, figure in source.figures.items()},
    )


def _figure(text: str | None) -> Figure:
    if text is None:
        return None
    return Decimal(text) if "." in text else int(text)
