"""Checks that references to rules' numbers, themes, variants and municipalities exist."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from libs.shared.rules.catalog import CatalogEntry, InterventionType
from services.intervention_catalog.content.checks.fault import Fault, FaultKind
from services.intervention_catalog.content.files import Content
from services.intervention_catalog.content.models.intervention_types import TypeContent
from services.intervention_catalog.content.models.shared import Theme
from services.intervention_catalog.content.references import references_in, without_references
from services.intervention_catalog.content.texts import source_refs_of, texts_of


def reference_faults(
    content: Content, numbers: Mapping[str, Decimal], entries: Iterable[CatalogEntry]
) -> Iterator[Fault]:
    """A fault for each reference that does not exist or differs from the rule data."""
    yield from _number_faults(content, numbers)
    yield from _theme_faults(content)
    yield from _type_faults(content, {each.id: each for each in entries})
    yield from _code_faults(content)
    for place, ref in source_refs_of(content):
        if not 1 <= ref.lines[0] <= ref.lines[1]:
            yield _fault(place, f"the lines {ref.lines[0]}-{ref.lines[1]} are no passage")


def _number_faults(content: Content, numbers: Mapping[str, Decimal]) -> Iterator[Fault]:
    for placed in texts_of(content):
        used = {language: list(references_in(getattr(placed.text, language))) for language in ("da", "en")}
        for language, references in used.items():
            place = f"{placed.place}.{language}"
            for reference in references:
                if reference not in numbers:
                    yield _fault(place, f"{{{reference}}} is no number of the rule data")
            if re.search(r"[{}]", without_references(getattr(placed.text, language))):
                yield _fault(place, "a brace without its other")
        if Counter(used["da"]) != Counter(used["en"]):
            yield _fault(placed.place, "Danish and English refer to different numbers")
    for each in content.types.intervention_types:
        for variant in each.variants:
            for language in ("da", "en"):
                # The minimum must be a reference to the rule: a typed number would stay the same when the rule changes.
                if re.search(r"\d", without_references(getattr(variant.minimum, language))):
                    yield _fault(
                        f"intervention_types[{each.letter}].variants[{variant.id}].minimum.{language}",
                        "a number is typed where it must be a reference",
                    )


def _theme_faults(content: Content) -> Iterator[Fault]:
    for place, names, themes in (
        *((f"trial_actions[{each.id}]", each.themes, content.trial_actions.themes)
          for each in content.trial_actions.trial_actions),
        *((f"recommendations[{each.id}]", (each.theme,), content.recommendations.themes)
          for each in content.recommendations.recommendations),
    ):  # fmt: skip
        yield from _unknown_themes(place, names, themes)


def _unknown_themes(place: str, names: Iterable[str], themes: Iterable[Theme]) -> Iterator[Fault]:
    known = {theme.id for theme in themes}
    for name in names:
        if name not in known:
            yield _fault(place, f"there is no theme {name}")


def _type_faults(content: Content, entries: Mapping[str, CatalogEntry]) -> Iterator[Fault]:
    written: Counter[str] = Counter()
    for each in content.types.intervention_types:
        if each.letter != "ABCDE"[list(InterventionType).index(each.intervention_type)]:
            yield _fault(f"intervention_types[{each.letter}]", f"{each.intervention_type} has another letter")
        for variant in each.variants:
            written[variant.id] += 1
            yield from _variant_faults(each, variant.id, entries.get(variant.id))
    for name in entries:
        if written[name] != 1:
            yield _fault("intervention_types", f"variant {name} of the rule data stands {written[name]} times")


def _variant_faults(each: TypeContent, name: str, entry: CatalogEntry | None) -> Iterator[Fault]:
    place = f"intervention_types[{each.letter}].variants[{name}]"
    if entry is None:
        yield _fault(place, "is no variant of the rule data")
    elif (entry.intervention_type, entry.group) != (each.intervention_type, each.form):
        yield _fault(place, f"is {entry.intervention_type}, {entry.group} in the rule data")


def _code_faults(content: Content) -> Iterator[Fault]:
    names: dict[str, str] = {}
    codes: dict[str, str] = {}
    for each in content.trial_actions.trial_actions:
        municipality = each.municipality
        same_name = names.setdefault(municipality.code, municipality.name) == municipality.name
        same_code = codes.setdefault(municipality.name, municipality.code) == municipality.code
        if not (same_name and same_code):
            yield _fault(f"trial_actions[{each.id}]", "the municipality has another code or name elsewhere")


def _fault(place: str, sentence: str) -> Fault:
    return Fault(FaultKind.REFERENCE, place, sentence)
