"""The explanation of disclosure control in every bundle, in Danish and English (``explained.*.md``)."""

from functools import cache
from importlib.resources import files

import msgspec

from services.evaluation_export.disclosure.rules import DisclosureRules
from services.evaluation_export.products.aggregate.primary import Part

PARTS = {
    Part.PRIMARY: {
        "da": "Små tal skjules, nul også.",
        "en": "Small numbers are hidden, zero too.",
    },
    Part.ROUNDING: {
        "da": "Andre antal afrundes hver for sig.",
        "en": "Other numbers are rounded, each by itself.",
    },
    Part.MEANS: {
        "da": "Gennemsnit vises kun, når nok elever bidrager, og ingen elev fylder for meget.",
        "en": "Means are shown only where enough pupils contribute and no pupil dominates.",
    },
    Part.PARTITION: {
        "da": "En elev tæller kun med i én indsatstype og én variant.",
        "en": "A pupil counts in one intervention type and one variant only.",
    },
    Part.AUDIT: {
        "da": "De færdige tabeller prøves samlet, og flere tal skjules, indtil intet kan regnes ud.",
        "en": "The finished tables are tested together, and further figures hidden until nothing can be computed.",
    },
    Part.GATE: {
        "da": "Leverancen sammenlignes med alle tidligere leverancer.",
        "en": "The delivery is compared with all earlier ones.",
    },
}


def explained(rules: DisclosureRules, language: str) -> tuple[str, ...]:
    """One paragraph per rule, with the values in force."""
    values = msgspec.to_builtins(rules)
    most = rules.threshold - 1
    return tuple(line.format(**values, most_hidden=most) for line in _template(language).splitlines() if line)


@cache
def _template(language: str) -> str:
    place = files("services.evaluation_export.products.aggregate") / f"explained.{language}.md"
    return place.read_text(encoding="utf-8")
