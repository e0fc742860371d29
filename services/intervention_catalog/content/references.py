"""Numbers of the rules inside texts: ``{dosage.A1.weekly_minimum}`` is replaced by the rule data's number."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from libs.shared.rules.catalog import CatalogEntry, CatalogMinimum, catalog_entries
from libs.shared.rules.dosage.settings import DosageSettings
from libs.shared.rules.library import library_rule_set
from libs.shared.rules.wording import number_da, number_en
from services.intervention_catalog.content.models.shared import ContentText

_REFERENCE = re.compile(r"\{([^{}]*)\}")


def rule_numbers() -> dict[str, Decimal]:
    """Every number a text may refer to, by reference, from the packaged rule data.

    ``dosage.<variant>.`` ``weekly_minimum`` (a week) or ``total`` (in all), ``weeks`` or ``school_years``,
    ``session_least`` and ``session_most`` (minutes); a later phase has ``phase2.`` before these.
    ``composition.<variant>.group_least`` and ``group_most`` are pupils. ``dosage.lesson_minutes`` is a lesson.
    """
    settings = DosageSettings.model_validate(library_rule_set("dosage-2021").settings)
    numbers = {
        "dosage.lesson_minutes": Decimal(settings.lesson_minutes),
        "dosage.school_year_weeks": Decimal(settings.school_year_weeks),
    }
    for entry in catalog_entries():
        numbers.update(_numbers_of(entry))
    return numbers


def references_in(text: str) -> Iterator[str]:
    """The references of a text, without braces, in order."""
    yield from _REFERENCE.findall(text)


def rendered(text: ContentText, numbers: Mapping[str, Decimal]) -> ContentText:
    """The text with references replaced by numbers in each language's notation. Raises ``KeyError`` for an unknown
    reference.
    """
    return ContentText(
        da=_REFERENCE.sub(lambda found: number_da(numbers[found[1]]), text.da),
        en=_REFERENCE.sub(lambda found: number_en(numbers[found[1]]), text.en),
    )


def without_references(text: str) -> str:
    """The text without its references."""
    return _REFERENCE.sub("", text)


def _numbers_of(entry: CatalogEntry) -> Iterator[tuple[str, Decimal]]:
    if entry.group_size is not None:
        yield f"composition.{entry.id}.group_least", Decimal(entry.group_size.least)
        yield f"composition.{entry.id}.group_most", Decimal(entry.group_size.most)
    for number, phase in enumerate(entry.minimum, start=1):
        prefix = f"dosage.{entry.id}." if number == 1 else f"dosage.{entry.id}.phase{number}."
        for name, value in _numbers_of_phase(phase):
            yield prefix + name, value


def _numbers_of_phase(phase: CatalogMinimum) -> Iterator[tuple[str, Decimal]]:
    yield "weekly_minimum" if phase.per == "week" else "total", phase.amount
    if phase.weeks is not None:
        yield "weeks", Decimal(phase.weeks)
    if phase.school_years is not None:
        yield "school_years", phase.school_years
    if phase.session_minutes is not None:
        yield "session_least", Decimal(phase.session_minutes.least)
        yield "session_most", Decimal(phase.session_minutes.most)
