"""Checks that every text has both languages."""

from collections.abc import Iterator

from services.intervention_catalog.content.checks.fault import Fault, FaultKind
from services.intervention_catalog.content.files import Content
from services.intervention_catalog.content.texts import texts_of


def translation_faults(content: Content) -> Iterator[Fault]:
    """A fault for each language of a text that is missing or blank, and for a sentence that is the same in both
    languages.

    Names may be the same in both languages; texts of four words or more may not.
    """
    for placed in texts_of(content):
        for language in ("da", "en"):
            if not getattr(placed.text, language).strip():
                yield Fault(FaultKind.TRANSLATION, f"{placed.place}.{language}", "there is no text")
        if placed.text.da.strip() == placed.text.en.strip() and len(placed.text.da.split()) >= 4:
            yield Fault(FaultKind.TRANSLATION, placed.place, "Danish and English are the same")
