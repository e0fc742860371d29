"""The inventory is read from the lines of a source; the texts here are invented."""

from services.intervention_catalog.content.models.inventory import Addressed, RecommendationFound, TrialActionFound
from services.intervention_catalog.content.source_inventory import recommendations_in, trial_actions_in
from services.intervention_catalog.content.source_text import SourceText

REVIEW = SourceText(
    "003",
    (
        "▪ En indledende pind uden overskrift",
        "Ekspertgruppen anbefaler, at ministeren for børn, ",
        "undervisning og ligestilling:",
        "▪ Maler alle skoler",
        "",
        "gule (5.1.1.a). ",
        "3.1\tOm farver",
        "▪▪ Maler dem igen (anbefaling 5.1.1.b).",
        "Ekspertgruppen anbefaler, at kommunalbestyrelserne: ",
        "▪ Køber pensler (5.1.1.c).",
        "Ekspertgruppen anbefaler, at:",
        "▪ Skolelederen vælger farven (5.1.1.c).",
        "Ekspertgruppens bemærkninger til anbefalingerne:",
        "Begrundelsen er lang.",
        "Ekspertgruppens anbefalinger til understøttelse og inspiration: ",
        "3.2\tOm lys",
        "▪ Pærer og lamper (5.2.1d og 5.2.1.e).",
        "▪ En pind uden nummer",
    ),
)


def found(name: str, numbers: str, to: Addressed, section: str, lines: tuple[int, int]) -> RecommendationFound:
    return RecommendationFound(
        id=name, numbers=tuple(numbers.split()), addressed=to, section=section, lines=lines,
        tier="box" if to is Addressed.BOX else "text",
    )  # fmt: skip


def test_bullets_are_read_with_numbers_audience_section_and_lines() -> None:
    assert list(recommendations_in(REVIEW)) == [
        found("5.1.1.a.text", "5.1.1.a", Addressed.MINISTER, "3.1", (4, 6)),
        found("5.1.1.b.text", "5.1.1.b", Addressed.MINISTER, "3.1", (8, 8)),
        found("5.1.1.c.text", "5.1.1.c", Addressed.MUNICIPAL_COUNCIL, "3.1", (10, 10)),
        found("5.1.1.c.text", "5.1.1.c", Addressed.NOBODY_NAMED, "3.1", (12, 12)),
        found("5.2.1.d.box", "5.2.1.d 5.2.1.e", Addressed.BOX, "3.2", (17, 17)),
        found("line-18.box", "", Addressed.BOX, "3.2", (18, 18)),
    ]


def test_actions_are_read_with_the_line_of_the_list_and_of_the_title() -> None:
    catalogue = SourceText(
        "002",
        (
            "\t• Læsø Kommune – Havets Skole: Fisk i alle fag",
            "\t• Fanø Kommune: Sand i skoene",
            "Læsø Kommune – Havets Skole ",
            "Hos Fanø Kommune er der meget sand.",
            "Fanø Kommune",
            "Ærø Kommune",
        ),
    )
    assert [(each.municipality, each.school, each.listed_at, each.lines) for each in trial_actions_in(catalogue)] == [
        ("Læsø", "Havets Skole", 1, (3, 3)),
        ("Fanø", None, 2, (5, 5)),
        ("Ærø", None, 0, (6, 6)),
    ]
    assert all(isinstance(each, TrialActionFound) for each in trial_actions_in(catalogue))
