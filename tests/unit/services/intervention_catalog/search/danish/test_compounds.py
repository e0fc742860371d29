"""Danish compounds are split into known words."""

import pytest

from services.intervention_catalog.search.danish.compounds import Compounds
from services.intervention_catalog.search.danish.near_compounds import nearly_split

KNOWN = ["pause", "strategi", "år", "aar", "hjul", "visitation", "udvalg", "special", "skole", "specialskole", "plads",
         "børn", "boern", "psykiatri", "under", "visning", "til", "barn", "gruppe", "smaa", "undervisning", "struktur",
         "moede", "faelles", "skab", "klas", "sen", "psykolog", "ens"]  # fmt: skip


@pytest.fixture
def compounds() -> Compounds:
    return Compounds(KNOWN)


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("pausestrategi", ("pause", "strategi")),
        ("aarshjul", ("aar", "hjul")),
        ("visitationsudvalget", ("visitation", "udvalget")),
        ("boernepsykiatri", ("boern", "psykiatri")),
        ("specialskoleplads", ("specialskole", "plads")),
        ("smaagruppeundervisning", ("smaa", "gruppe", "undervisning")),
    ],
)
def test_a_compound_has_the_fewest_known_parts_with_or_without_a_link(
    compounds: Compounds, word: str, parts: tuple[str, ...]
) -> None:
    assert compounds.split(word) == parts


def test_parts_are_found_at_every_depth(compounds: Compounds) -> None:
    assert compounds.parts("specialskoleplads") == {"specialskole", "special", "skole", "plads"}


@pytest.mark.parametrize(
    "word",
    [
        "undervisning",
        "faellesskab",
        "klassen",
        "psykologens",
        "pause",
        "pauseteori",
        "xyz",
        "5.1.3e",
        "",
        "hjulhjulhjul" * 6,
    ],
)
def test_a_word_that_is_no_compound_of_known_words_has_no_parts(compounds: Compounds, word: str) -> None:
    assert compounds.split(word) == ()


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("moedestuktur", ("moede", "struktur")),
        ("visitatonsudvalg", ("visitation", "udvalg")),
        ("sommerskole", ("skole",)),
        ("skolekvx", ("skole",)),
        ("skolxqvz", ()),
        ("qqqqqqqq", ()),
        ("12345678", ()),
    ],
)
def test_a_compound_with_a_typo_or_an_unknown_part_has_the_parts_that_are_meant(
    compounds: Compounds, word: str, parts: tuple[str, ...]
) -> None:
    assert nearly_split(word, compounds, sorted(KNOWN)) == parts
