from typing import Annotated, Any

import pytest
from pydantic import BaseModel, ValidationError

from libs.shared.privacy.free_text import MARK, FreeText, FreeTexts
from libs.shared.web.validation import field_problems

CPR = "641112–1239"


class Inner(BaseModel):
    names: tuple[str, ...] = ()
    more: dict[str, Any] = {}


class Body(BaseModel):
    reason: Annotated[str, FreeText(20)] | None = None
    plan: Annotated[Inner, FreeTexts] = Inner()


def faults(**body: Any) -> list[tuple[str, str, str]]:
    with pytest.raises(ValidationError) as refused:
        Body.model_validate(body)
    found = field_problems(refused.value.errors())
    shown = "".join(problem.model_dump_json() for problem in found)
    assert not any(part in shown for part in ("6411", "1239"))
    return [(each.pointer, each.code, each.messages.da) for each in found]


def test_a_text_is_kept_without_the_blanks_around_it() -> None:
    assert Body(reason="  Læser lidt. ").reason == "Læser lidt."
    assert Body(reason=None).reason is None


def test_the_refusal_names_place_reason_and_remedy_in_both_languages_and_never_the_number() -> None:
    ((pointer, code, danish),) = faults(reason=f"Om {CPR}")
    assert (pointer, code) == ("/reason", "text.identifier")
    assert "CPR-nummer" in danish
    assert "Fjern det" in danish


@pytest.mark.parametrize("plan", [{"names": ["a", f"b {CPR}"]}, {"more": {"x": [{"y": CPR}]}}, {"more": {CPR: 1}}])
def test_every_text_inside_a_model_is_checked(plan: dict[str, Any]) -> None:
    ((pointer, code, _),) = faults(plan=plan)
    assert (pointer, code) == ("/plan", "text.identifier")


def test_the_place_inside_a_model_stands_in_the_words() -> None:
    ((_, _, danish),) = faults(plan={"names": ["a", CPR]})
    assert "names/1" in danish


@pytest.mark.parametrize("text", ["", "   ", "x" * 21])
def test_length_is_limited(text: str) -> None:
    assert faults(reason=text)


def test_its_schema_is_marked_so_that_a_test_finds_it() -> None:
    schema = Body.model_json_schema()["properties"]["reason"]["anyOf"][0]
    assert schema == {"type": "string", "minLength": 1, "maxLength": 20, MARK: True}
