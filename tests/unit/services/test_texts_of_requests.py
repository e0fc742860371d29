"""Every text in a body is a ``FreeText`` or has a fixed form, on all routes, including new ones."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from libs.shared.contracts.topics import SERVICES
from libs.shared.privacy.free_text import MARK
from tests.factories.wired import app_of, operations, token

DRAFTS = {
    ("intervention_catalog", "POST /v1/drafts"),
    ("intervention_catalog", "PUT /v1/drafts/{draft_id}"),
}
"""Their content is checked text by text (``drafts.domain``), whatever kind it is of."""
KEPT_NOWHERE_ELSE = {
    ("registration", "POST /v1/pupils/look-ups", "/local_ids/0"): "an id of a source system to look for, kept nowhere",
    **{
        ("registration", "POST /v1/pupils", f"/{name}"): "an identifier in its own form, or refused; stored encrypted"
        for name in ("cpr_number", "uni_login", "local_id")
    },
    ("registration", "POST /v1/indicators", "/cpr_number"): "an identifier in its own form, or refused; kept as a key",
    ("intervention_catalog", "POST /v1/withdrawals", "/id"): "looked up among what is published",
    ("evaluation_export", "POST /v1/deliveries", "/product"): "one of a list, or refused",
    ("evaluation_export", "POST /v1/deliveries", "/school_year"): "two years in a row, or refused",
}
"""Refused before anything is kept, unless they are what they should be."""


def texts(schema: dict[str, Any], whole: dict[str, Any], where: str, seen: tuple[str, ...] = ()) -> Iterator[Any]:
    """(place, schema) of each text without a fixed form."""
    if reference := schema.get("$ref"):
        if reference not in seen:
            named = whole["components"]["schemas"][reference.rpartition("/")[2]]
            yield from texts(named, whole, where, (*seen, reference))
        return
    for choice in ("anyOf", "oneOf", "allOf"):
        choices = schema.get(choice, ())
        if any(each.get("type") == "number" for each in choices):  # a decimal, which may be written as a string
            continue
        for each in choices:
            yield from texts(each, whole, where, seen)
    if schema.get("type") == "string" and not {"format", "enum", "const", "pattern"} & schema.keys():
        yield where, schema
    if "items" in schema:
        yield from texts(schema["items"], whole, f"{where}/0", seen)
    for name, each in schema.get("properties", {}).items():
        yield from texts(each, whole, f"{where}/{name}", seen)
    if isinstance(schema.get("additionalProperties"), dict):
        yield from texts(schema["additionalProperties"], whole, f"{where}/*", seen)


async def bodies(service: str) -> list[tuple[str, str, dict[str, Any]]]:
    """(route, place, schema) of each text of a JSON body."""
    app = await app_of(service)
    whole = app.openapi()
    found = []
    for path, method, operation in operations(app):
        schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        found += [(f"{method} {path}", place, each) for place, each in texts(schema, whole, "")]
    return found


@pytest.mark.parametrize("service", SERVICES)
async def test_every_text_of_a_body_is_checked(service: str) -> None:
    unmarked = [
        (service, route, place)
        for route, place, schema in await bodies(service)
        if MARK not in schema and (service, route) not in DRAFTS
    ]
    assert [each for each in unmarked if each not in KEPT_NOWHERE_ELSE] == []


async def test_no_idempotency_key_of_a_route_that_creates_takes_a_cpr_number() -> None:
    tried = 0
    for service in SERVICES:
        app = await app_of(service)
        for path, method, operation in operations(app):
            headers = {each["name"] for each in operation.get("parameters", ()) if each["in"] == "header"}
            if "Idempotency-Key" not in headers or path == "/v1/imports":  # an upload stores only a digest of the key
                continue
            tried += 1
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
                sent = token() | {"Idempotency-Key": "pupil-64.11.12-1239"}
                answer = await client.request(method, path.replace("{", "").replace("}", ""), headers=sent, json={})
            found = {(each["in"], each["code"]) for each in answer.json()["errors"]}
            assert ("header", "text.identifier") in found, f"{method} {path}"
            assert "64.11.12" not in answer.text
            assert "12-1239" not in answer.text
    assert tried >= 5


async def test_the_texts_of_registration_are_found() -> None:
    found = {(route, place) for route, place, schema in await bodies("registration") if MARK in schema}
    assert found >= {
        ("POST /v1/projects", "/title"),
        ("POST /v1/projects", "/plan/external_suppliers/0"),
        ("POST /v1/projects", "/description/target_group/narrowing/0/stated"),
        ("POST /v1/projects/{project_id}/return", "/remarks/0/text"),
        ("POST /v1/projects/{project_id}/close", "/remark"),
        ("POST /v1/guidance", "/text"),
        ("POST /v1/projects", "/plan/efforts/0/variant"),
        ("POST /v1/projects/{project_id}/submit", "/reasons/0/reason"),
        ("POST /v1/projects/{project_id}/approve", "/reasons/0/reason"),
        ("POST /v1/selections", "/reason"),
        ("POST /v1/selections", "/parents_dialogue"),
    }
