"""Terms are recognised at the start of a text, the longest first, and a broader term adds its own group."""

import pytest

from services.intervention_catalog.content.models.synonyms import SynonymGroup, Synonyms
from services.intervention_catalog.search.query.synonyms import Found, SynonymIndex

INDEX = SynonymIndex(
    Synonyms(
        synonyms=(
            SynonymGroup(id="group", terms=("lille hold", "små grupper")),
            SynonymGroup(id="size", terms=("lille", "kort")),
            SynonymGroup(id="camp", terms=("camp", "sommerskole"), broader=("lille hold", "ferie")),
        )
    )
)
GROUP = (("lille", "hold"), ("smaa", "grupper"))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("lille hold i dansk", Found(2, ("lille", "hold"), GROUP, ())),
        ("smaa grupper", Found(2, ("smaa", "grupper"), GROUP, ())),
        ("mindre gruppe", Found(2, ("mindre", "gruppe"), GROUP, ())),
        ("lille klasse", Found(1, ("lille",), (("lille",), ("kort",)), ())),
        ("camps", Found(1, ("camps",), (("camp",), ("sommerskole",)), (*GROUP[:1], ("ferie",), GROUP[1]))),
        ("lille fast hold", Found(1, ("lille",), (("lille",), ("kort",)), ())),
        ("lille og mere hold", Found(4, ("lille", "hold"), GROUP, ())),
        ("ferie", None),
        ("i lille hold", None),
        ("", None),
    ],
)
def test_the_longest_term_at_the_start_is_found_in_any_form(typed: str, found: Found | None) -> None:
    assert INDEX.at(typed.split()) == found


def test_every_word_of_the_groups_is_known() -> None:
    assert INDEX.words == {"lille", "hold", "smaa", "grupper", "kort", "camp", "sommerskole", "ferie"}
