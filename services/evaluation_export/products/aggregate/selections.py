"""How and why the participants were selected: alone, in a group or with their class, for which reasons, and the marks.

A pupil who is counted in several rows of a type was selected in several ways or for several reasons, so rows do not add
up to ``selected``. The types do add up to ``all``, apart from rounding.
"""

from collections.abc import Iterator

from services.evaluation_export.bundle.sheets import Column, Row, Sheet, reason_column, reason_of
from services.evaluation_export.products.aggregate.facts import Facts
from services.evaluation_export.products.aggregate.figures import ALL, CLASSES, SELECTIONS, Figures
from services.evaluation_export.products.aggregate.selected import CODES, OF_CLASSES

MEANINGS = {
    "selected": (
        "Deltagere, som mindst én beslutning har udvalgt",
        "Participants whom at least one decision selected",
    ),
    "pupil": ("Udvalgt hver for sig", "Selected one by one"),
    "group": ("Udvalgt i en gruppe med fælles behov", "Selected in a group with a shared need"),
    "class": ("Udvalgt med hele klassen", "Selected with the whole class"),
    "vulnerable_share": (
        "Klassen har en høj andel af elever i udsatte positioner",
        "The class has a high share of vulnerable pupils",
    ),
    "lost_teaching": (
        "Klassen har mistet ekstraordinært meget undervisning",
        "The class lost extraordinarily much teaching",
    ),
    "shared_need": ("Klassens elever har et fælles læringsbehov", "The pupils of the class share a need for learning"),
    "low_wellbeing": ("Lav trivsel i klassen", "Low wellbeing in the class"),
    "missing_relations": (
        "Manglende sociale relationer mellem klassens elever",
        "Missing social relations between the pupils of the class",
    ),
    "designated": (
        "Udpeget: skolen har i beslutningen mærket eleven som en, der forventes at få særlig gavn af indsatsen",
        "Designated: in the decision, the school marked the pupil as likely to benefit",
    ),
}

SHEET = Sheet(
    "selections",
    "",
    "Udvælgelse: hvordan og hvorfor deltagerne blev udvalgt, efter indsatstype",
    "Selection: how and why the participants were selected, by intervention type",
    (
        Column("school_year", "text", "", "Skoleår", "School year"),
        Column(
            "intervention_type",
            "text",
            "code",
            "Indsatstype; »all« er alle deltagere. En elev tæller kun med i den type, eleven begyndte på først",
            "Intervention type; 'all' is every participant. A pupil counts only in the type that the pupil began first",
        ),
        Column(
            "letter", "text", "A–E", "Indsatstypens bogstav; »all« er alle", "The type's letter; 'all' is all of them"
        ),
        Column(
            "code", "text", "code", "Hvordan eller hvorfor eleverne blev udvalgt", "How or why the pupils were selected"
        ),
        Column("rule_da", "text", "", "Hvad der tælles, på dansk", "What is counted, in Danish"),
        Column("rule_en", "text", "", "Hvad der tælles, på engelsk", "What is counted, in English"),
        Column(
            "pupils",
            "whole",
            "pupils",
            "Deltagere, som en beslutning, der gjaldt på en dag i skoleåret, har udvalgt sådan, afrundet. "
            "En elev kan være udvalgt på flere måder og af flere grunde, så rækkerne går ikke op i »selected«",
            "Participants whom a decision that stood on a day of the school year selected in this way, rounded. "
            "A pupil may be selected in several ways and for several reasons, so the rows do not add up to 'selected'",
        ),
        reason_column("pupils_missing_reason", "pupils"),
        Column(
            "classes",
            "whole",
            "classes",
            "Udvalgte klasser med mindst én af disse deltagere, afrundet. En klasse med elever i to typer tæller i "
            "begge. Tom i rækker, der ikke handler om hele klasser",
            "Selected classes with at least one of these participants, rounded. A class with pupils in two types "
            "counts in both. Empty in rows that are not about whole classes",
        ),
        reason_column("classes_missing_reason", "classes"),
    ),
)


def rows(facts: Facts, figures: Figures) -> list[Row]:
    """One row per type (and all of them) and code, the same rows whatever the data."""
    return list(_rows(facts, figures))


def _rows(facts: Facts, figures: Figures) -> Iterator[Row]:
    for letter, type_ in ((ALL, ALL), *((one.letter, one.code) for one in facts.types)):
        for code in CODES:
            da, en = MEANINGS[code]
            about_classes = code in OF_CLASSES
            pupils = figures[SELECTIONS, letter, code]
            classes = figures[SELECTIONS, letter, code, CLASSES] if about_classes else None
            yield {
                "school_year": facts.snapshot.school_year,
                "intervention_type": type_,
                "letter": letter,
                "code": code,
                "rule_da": da,
                "rule_en": en,
                "pupils": pupils,
                "pupils_missing_reason": reason_of(pupils),
                "classes": classes,
                "classes_missing_reason": reason_of(classes) if about_classes else None,
            }
