"""The first gate in the bundle: which groups may show figures of their own beside what was released before."""

from dataclasses import replace
from decimal import Decimal

from services.evaluation_export.deliveries.bundle.figures import Source
from services.evaluation_export.disclosure.gate import decide, fingerprint
from services.evaluation_export.disclosure.release import Cell, Figure, Group, PersonKeys


def through_gate(
    found: list[Source], persons: tuple[PersonKeys, ...], earlier: tuple[Group, ...]
) -> tuple[list[Source], frozenset[Cell]]:
    """The sources with the figures they may show, and the cells that show an earlier group's."""
    passed: list[Source] = []
    kept: set[Cell] = set()
    for source in found:
        own = group_of(source, persons)
        if own is None:
            passed.append(source)
            continue
        decided = decide(own, earlier)
        if decided is own:
            passed.append(source)
            continue
        figures = {label: _figure(None if decided is None else decided.figures.get(label)) for label in source.figures}
        passed.append(replace(source, figures=figures))
        kept |= {cell for label, cell in source.cells.items() if figures[label] is not None}
    return passed, frozenset(kept)


def group_of(source: Source, persons: tuple[PersonKeys, ...]) -> Group | None:
    """The group as the store of releases keeps it; None if nothing of it is printed."""
    if all(figure is None for figure in source.figures.values()):
        return None
    return Group(
        source.period,
        source.name,
        {
            persons[one].pseudonym: fingerprint(persons[one], source.period, source.values[one])
            if source.values
            else b""
            for one in source.members
        },
        {label: None if figure is None else str(figure) for label, figure in source.figures.items()},
    )


def _figure(text: str | None) -> Figure:
    if text is None:
        return None
    return Decimal(text) if "." in text else int(text)
