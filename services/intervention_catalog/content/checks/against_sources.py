"""Checks against the source texts: the inventory must match them, and our texts must not copy them."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from services.intervention_catalog.content.checks.fault import Fault, FaultKind
from services.intervention_catalog.content.files import Content
from services.intervention_catalog.content.references import rendered
from services.intervention_catalog.content.source_inventory import recommendations_in, trial_actions_in
from services.intervention_catalog.content.source_text import SourceText, joined, words_of
from services.intervention_catalog.content.texts import source_refs_of, texts_of

SHINGLE = 8


def source_faults(content: Content, sources: Mapping[str, SourceText]) -> Iterator[Fault]:
    """A fault for each item in which inventory and source differ, and for each passage outside its source."""
    recommendations = content.inventory.recommendations
    for found in recommendations_in(sources[recommendations.file]):
        if found not in recommendations.items:
            yield _fault(
                f"{recommendations.file}, line {found.lines[0]}", f"the inventory lacks {found.id} as it is there"
            )
    in_source = set(recommendations_in(sources[recommendations.file]))
    for one in recommendations.items:
        if one not in in_source:
            yield _fault(f"inventory, {one.id}", f"is not so in {recommendations.file}, line {one.lines[0]}")
    actions = content.inventory.trial_actions
    titles = {
        (each.municipality, each.school, each.listed_at, each.lines[0])
        for each in trial_actions_in(sources[actions.file])
    }
    written = {(each.municipality, each.school, each.listed_at, each.lines[0]): each.id for each in actions.items}
    for title in sorted(titles ^ set(written), key=lambda each: each[3]):
        where = f"{actions.file}, line {title[3]}"
        yield _fault(where, f"{title[0]}, {title[1]}: not the same in the inventory and in the source")
    for place, ref in source_refs_of(content):
        if ref.lines[1] > len(sources[ref.file].lines):
            yield _fault(place, f"{ref.file} has {len(sources[ref.file].lines)} lines and no line {ref.lines[1]}")


def wording_faults(
    content: Content, sources: Mapping[str, SourceText], numbers: Mapping[str, Decimal]
) -> Iterator[Fault]:
    """A fault for each text that shares eight consecutive words with a source. References are compared as rendered
    numbers.
    """
    theirs = {file: shingles_of(source) for file, source in sources.items()}
    for placed in texts_of(content):
        try:
            text = rendered(placed.text, numbers)
        except KeyError:
            text = placed.text  # An unknown reference is reported by another check.
        for language in ("da", "en"):
            for run in runs_of(words_of(getattr(text, language))):
                shared = [file for file, known in theirs.items() if run in known]
                if shared:
                    sentence = f"shares “{' '.join(run)}” with {', '.join(shared)}"
                    yield Fault(FaultKind.WORDING, f"{placed.place}.{language}", sentence)
                    break


def shingles_of(source: SourceText) -> set[tuple[str, ...]]:
    """Every eight consecutive words of the source, with words that line ends divide both joined and as printed."""
    text = "\n".join(source.lines)
    return {run for each in (text, joined(text)) for run in runs_of(words_of(each))}


def runs_of(words: list[str]) -> Iterator[tuple[str, ...]]:
    """Every eight consecutive words."""
    for start in range(len(words) - SHINGLE + 1):
        yield tuple(words[start : start + SHINGLE])


def _fault(place: str, sentence: str) -> Fault:
    return Fault(FaultKind.SOURCE, place, sentence)
