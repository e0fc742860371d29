"""Drafts with forbidden content, and how the refusal names it."""

from typing import Any

import pytest
from fastapi import FastAPI

from tests.factories.service import Callers
from tests.integration.services.intervention_catalog.steps import OURS, SECRETARIAT, begun, draft, step


@pytest.mark.parametrize(
    ("changed", "pointer", "code"),
    [
        ({"themes": ["community_and_wellbeing", "weather"]}, "/content/themes/1", "theme.unknown"),
        ({"done": {"da": "Ring om 611212-1234", "en": "x"}}, "/content/done/da", "text.identifier"),
        ({"schools": ["Skolen 6112121234"]}, "/content/schools/0", "text.identifier"),
        ({"target": {"da": "{dosage.Z.weeks} uger", "en": "x"}}, "/content/target/da", "text.reference_unknown"),
        ({"status": "perhaps"}, "/content/status", "choice.unknown"),
        ({"stages": ["lower", "highest"]}, "/content/stages/1", "choice.unknown"),
        ({"municipality": {"code": "10", "name": "x"}}, "/content/municipality/code", "text.form"),
        ({"id": "../x"}, "/content/id", "text.form"),
        ({"titel": {"da": "x", "en": "x"}}, "/content/titel", "field.unknown"),
        ({"title": {"da": "x" * 5001, "en": "x"}}, "/content/title/da", "text.too_long"),
        ({"title": "x"}, "/content/title", "object.expected"),
    ],
)
async def test_a_field_that_cannot_be_used_is_named_with_its_reason(
    callers: Callers, changed: dict[str, Any], pointer: str, code: str
) -> None:
    answer = await callers.ask("POST", "/v1/drafts", SECRETARIAT, json=draft(**changed))
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == (pointer, code)
    assert error["messages"]["da"]
    assert error["messages"]["en"]


async def test_the_documented_examples_are_taken_as_they_stand(callers: Callers, app: FastAPI) -> None:
    schemas = app.openapi()["components"]["schemas"]
    answer = await callers.ask("POST", "/v1/drafts", *OURS, json=schemas["DraftIn"]["examples"][0])
    assert answer.status_code == 201, answer.text
    path = f"/v1/drafts/{answer.json()['draft_id']}"
    body = schemas["DraftIn"]["examples"][0]
    answer = await callers.ask("PUT", path, *OURS, json=body, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text


async def test_an_upload_is_refused_unread(callers: Callers) -> None:
    files = {"file": ("plan.pdf", b"%PDF-1.7", "application/pdf")}
    for more in ({"files": files}, {"content": b"%PDF-1.7", "headers": {"Content-Type": "application/pdf"}}):
        answer = await callers.ask("POST", "/v1/drafts", *OURS, **more)
        assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("number", ["6411121239", "64 11 12 1239", "641112–1239", "641112 - 1239", "٦٤١١١٢١٢٣٩"])
async def test_no_text_of_a_draft_or_of_its_return_takes_a_cpr_number(callers: Callers, number: str) -> None:
    text = {"da": f"Om {number}", "en": "About somebody"}
    for change, pointer in (
        ({"title": text}, "/content/title/da"),
        ({"schools": [f"Skole {number}"]}, "/content/schools/0"),
        ({"municipality": {"code": "101", "name": number}}, "/content/municipality/name"),
    ):
        refused = await callers.ask("POST", "/v1/drafts", *OURS, json=draft(**change))
        (error,) = refused.json()["errors"]
        assert (refused.status_code, error["code"], error["pointer"]) == (422, "text.identifier", pointer)
    made = await begun(callers)
    await step(callers, made, "submit", *OURS)
    refused = await step(callers, made, "return", note=f"Fjern {number}")
    assert [(each["code"], each["pointer"]) for each in refused.json()["errors"]] == [("text.identifier", "/note")]
    assert number not in refused.text
