"""Runs all checks and reports on them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from libs.shared.rules.catalog import CatalogEntry
from services.intervention_catalog.content.checks.against_inventory import inventory_faults
from services.intervention_catalog.content.checks.against_sources import source_faults, wording_faults
from services.intervention_catalog.content.checks.counts import Counts, count_faults, counts_of
from services.intervention_catalog.content.checks.fault import Fault, FaultKind
from services.intervention_catalog.content.checks.references import reference_faults
from services.intervention_catalog.content.checks.synonyms import synonym_faults
from services.intervention_catalog.content.checks.translations import translation_faults
from services.intervention_catalog.content.files import Content
from services.intervention_catalog.content.source_text import SourceText

_NEEDS_SOURCES = (FaultKind.SOURCE, FaultKind.WORDING)


@dataclass(frozen=True, slots=True)
class Report:
    """The counts and every fault; ``with_sources`` says whether the content was compared with the sources."""

    counts: Counts
    faults: tuple[Fault, ...]
    with_sources: bool

    def lines(self) -> list[str]:
        """The lines of the report: counts, the number of faults of each kind, and each fault."""
        counts = self.counts
        return [
            f"intervention types: {counts.types} ({counts.variants} variants)",
            f"support levels: {counts.levels}",
            f"trial actions: {counts.trial_actions}",
            f"recommendation bullets: {counts.recommendations} under {counts.numbers} numbers",
            *(self._line(kind) for kind in FaultKind if kind is not FaultKind.COUNT),
            *map(str, self.faults),
        ]

    def _line(self, kind: FaultKind) -> str:
        if kind in _NEEDS_SOURCES and not self.with_sources:
            return f"{kind}: not checked, the sources are not given"
        return f"{kind}: {sum(fault.kind is kind for fault in self.faults)}"


def check_content(
    content: Content,
    *,
    numbers: Mapping[str, Decimal],
    entries: Iterable[CatalogEntry],
    sources: Mapping[str, SourceText] | None = None,
) -> Report:
    """Run every check against rule data and inventory, and against the sources if they are given."""
    faults = [
        *count_faults(content),
        *translation_faults(content),
        *inventory_faults(content),
        *reference_faults(content, numbers, entries),
        *synonym_faults(content),
    ]
    if sources is not None:
        faults += [*source_faults(content, sources), *wording_faults(content, sources, numbers)]
    return Report(counts_of(content), tuple(faults), with_sources=sources is not None)
