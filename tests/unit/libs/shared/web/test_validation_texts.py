"""Every text about an invalid value exists in Danish and in English, each in its own language."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import PydanticKnownError
from pydantic_core._pydantic_core import list_all_errors  # the only complete list

from libs.shared.web.texts import DATE_LIMITS, FALLBACK, TEXTS
from libs.shared.web.validation import field_problems

ENGLISH = re.compile(r"\b(or|the|must|write|choose|one of|and|is|no)\b", re.IGNORECASE)
DANISH = re.compile(r"\b(eller|skal|skriv|vælg|en af|og|ikke|feltet|datoen)\b|[æøå]", re.IGNORECASE)


def said(kind: Any, value: Any) -> tuple[str, str, str]:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(kind).validate_python(value)
    (one,) = field_problems(refused.value.errors())
    return one.code, one.messages.da, one.messages.en


@pytest.mark.parametrize("error", list_all_errors(), ids=lambda error: str(error["type"]))
def test_every_error_type_that_pydantic_has_is_said_in_both_languages(error: dict[str, Any]) -> None:
    known = PydanticKnownError(error["type"], error["example_context"])
    (one,) = field_problems([{"type": known.type, "loc": ("body", "x"), "msg": "English", "ctx": known.context or {}}])
    assert one.code == TEXTS.get(error["type"], FALLBACK).code
    assert one.messages.da
    assert one.messages.en
    assert one.messages.da != one.messages.en
    for text in (one.messages.da, one.messages.en):
        assert not re.search(r"[{}]", text), text


@pytest.mark.parametrize("text", [*TEXTS.values(), *DATE_LIMITS.values(), FALLBACK], ids=lambda text: text.en[:40])
def test_no_text_is_in_the_other_language(text: Any) -> None:
    bare = re.compile(r"\{[a-z_]+\}|\btrue\b|\bfalse\b|\bJSON\b")
    assert not ENGLISH.search(bare.sub("", text.da)), text.da
    assert not DANISH.search(bare.sub("", text.en).replace("Skoleløft", "").replace("åååå", "")), text.en


def test_the_choices_are_joined_by_a_word_of_each_language() -> None:
    code, danish, english = said(Literal["a or b", "b", "c"], "Canary")
    assert code == "choice.unknown"
    assert danish == "Vælg en af: 'a or b', 'b' eller 'c'."
    assert english == "Choose one of: 'a or b', 'b' or 'c'."
    assert said(Literal["one"], "Canary")[1] == "Vælg en af: 'one'."
    assert said(Literal[1, 2, 3], 4)[1] == "Vælg en af: 1, 2 eller 3."


@pytest.mark.parametrize(
    ("limit", "code", "danish", "english"),
    [
        (
            {"ge": date(2023, 1, 1)},
            "date.too_early",
            "Datoen skal være 2023-01-01 eller senere.",
            "2023-01-01 or later.",
        ),
        ({"gt": date(2023, 1, 1)}, "date.too_early", "Datoen skal ligge efter 2023-01-01.", "after 2023-01-01."),
        ({"le": date(2000, 1, 1)}, "date.too_late", "Datoen skal være 2000-01-01 eller tidligere.", "or earlier."),
        ({"lt": date(2000, 1, 1)}, "date.too_late", "Datoen skal ligge før 2000-01-01.", "before 2000-01-01."),
    ],
)
def test_a_date_beyond_its_limits_is_no_number(limit: dict[str, date], code: str, danish: str, english: str) -> None:
    for given in ("2022-06-30", date(2022, 6, 30)):
        found = said(Annotated[date, Field(**limit)], given)  # type: ignore[arg-type] # limits are by name
        assert found[:2] == (code, danish)
        assert found[2].endswith(english)


def test_a_number_beyond_its_limits_is_no_date() -> None:
    assert said(Annotated[Decimal, Field(ge=Decimal("0.5"))], "0.4")[1] == "Tallet skal være mindst 0.5."
    assert said(Annotated[int, Field(lt=3)], 3)[0] == "number.too_large"
