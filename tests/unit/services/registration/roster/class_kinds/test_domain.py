"""The kind of a class by a school's own rules."""

import time

import pytest

from services.registration.roster.class_kinds.domain import KindRule, kind_of, like

RULES = [
    KindRule("special", name="*S"),
    KindRule("special", line="Specialklasse*"),
    KindRule("ordinary", name="?a", line="A"),
]


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("*", "", True),
        ("*", "5A", True),
        ("5?", "5A", True),
        ("5?", "5", False),
        ("*S", "5S", True),
        ("*s", "5S", True),
        ("*S", "S5", False),
        ("5*b*", "5 stor blå", True),
        ("a*b*c", "aXbXbc", True),
        ("a*b*c", "aXbX", False),
        ("å", "a\u030a", True),
        ("", "5A", False),
        (".*", "5A", False),
    ],
)
def test_a_star_is_any_characters_and_a_question_mark_one(pattern: str, text: str, fits: bool) -> None:
    assert like(pattern, text) is fits


def test_the_first_rule_decides_and_without_one_the_kind_is_unknown() -> None:
    assert kind_of(RULES, "5S", "A") == "special"
    assert kind_of(RULES, "5A", "specialklasse 2") == "special"
    assert kind_of(RULES, "5A", "A") == "ordinary"
    assert kind_of(RULES, "5A", None) == kind_of(RULES, "5A", "B") == kind_of([], "5A", "A") == "unknown"


def test_a_pattern_of_many_stars_takes_no_time() -> None:
    began = time.perf_counter()
    assert not like("*a" * 20 + "b", "a" * 40)
    assert time.perf_counter() - began < 0.1
