"""Every list of every service can be sorted and answers as CSV. Every write of registration and of the catalog has a
condition, and every POST a key under which it takes effect once. A new route is covered, or it stands
in a list here with the reason.
"""

from typing import Any

import pytest

from tests.factories.wired import SERVICES, app_of, operations

_CHANGING = ("PUT", "PATCH", "DELETE")

_CONTENT = "content of several levels, read by id or found by `/v1/search`, which filters and ranks; cached by its ETag"
OWN_ORDER = {
    "intervention_catalog GET /v1/intervention-types": _CONTENT,
    "intervention_catalog GET /v1/support-levels": _CONTENT,
    "intervention_catalog GET /v1/trial-actions": _CONTENT,
    "intervention_catalog GET /v1/recommendations": _CONTENT,
    "intervention_catalog GET /v1/search": "the best hits first, with the counts of each filter",
}
"""Lists in one order only, and as JSON only."""

ON_ONE_PAGE = {
    *(f"intervention_catalog GET /v1/{kind}/{{id}}/versions" for kind in ("intervention-types", "support-levels")),
    *(f"intervention_catalog GET /v1/{kind}/{{id}}/versions" for kind in ("trial-actions", "recommendations")),
    *(f"intervention_catalog GET /v1/{name}" for name in ("rule-sets", "themes")),
}
"""Lists that are short whatever happens: what was published under one id, and what the catalog itself declares."""

WITHOUT_KEY = {
    "POST /v1/pupils/look-ups": "it only reads",
    "POST /v1/imports/{receipt_id}/cancel": "a file that has ended stays ended: asked again, it gives the same answer",
    "POST /v1/imports/{receipt_id}/confirm": "a decided snapshot stays decided: asked again, it gives the same answer",
    "POST /v1/imports/{receipt_id}/reject": "a decided snapshot stays decided: asked again, it gives the same answer",
    "POST /v1/checks": "nothing is kept",
    "POST /v1/checks/projects": "nothing is kept",
}
"""Requests that take effect once whatever their key."""


@pytest.fixture
async def found() -> dict[str, dict[str, Any]]:
    return {
        f"{method} {path}": operation
        for service in ("registration", "intervention_catalog")
        for path, method, operation in operations(await app_of(service))
    }


@pytest.fixture
async def everywhere() -> dict[str, dict[str, Any]]:
    return {
        f"{service} {method} {path}": operation
        for service in SERVICES
        for path, method, operation in operations(await app_of(service))
    }


def _takes(operation: dict[str, Any], place: str, name: str) -> bool:
    return any((each["in"], each["name"].lower()) == (place, name) for each in operation.get("parameters", []))


def _answers_a_page(operation: dict[str, Any]) -> bool:
    content = operation["responses"].get("200", {}).get("content", {})
    name = content.get("application/json", {}).get("schema", {}).get("$ref", "").rpartition("/")[2]
    return str(name).startswith("Page")


async def test_every_list_is_sorted_as_asked_and_answers_as_csv(everywhere: dict[str, dict[str, Any]]) -> None:
    lists = {name: each for name, each in everywhere.items() if _takes(each, "query", "page_token")}
    lacking = {
        name
        for name, each in lists.items()
        if not _takes(each, "query", "sort") or "text/csv" not in each["responses"]["200"]["content"]
    }
    assert lacking == OWN_ORDER.keys()


async def test_every_list_has_pages(everywhere: dict[str, dict[str, Any]]) -> None:
    lists = {name for name, each in everywhere.items() if _answers_a_page(each)}
    assert {name for name in lists if not _takes(everywhere[name], "query", "page_token")} == ON_ONE_PAGE


async def test_every_write_of_an_existing_object_has_a_condition(found: dict[str, dict[str, Any]]) -> None:
    writes = {name: each for name, each in found.items() if name.startswith(_CHANGING)}
    assert {name for name, each in writes.items() if not _takes(each, "header", "if-match")} == set()


async def test_every_post_may_be_repeated_under_its_key(found: dict[str, dict[str, Any]]) -> None:
    posts = {name: each for name, each in found.items() if name.startswith("POST ")}
    assert {name for name, each in posts.items() if not _takes(each, "header", "idempotency-key")} == WITHOUT_KEY.keys()


@pytest.mark.parametrize("name", SERVICES)
async def test_no_schema_is_named_after_the_module_that_it_is_in(name: str) -> None:
    # FastAPI names two models of one name after their modules, ``services__…__StepOut``, and nested generics ``…__``.
    schemas = (await app_of(name)).openapi()["components"]["schemas"]
    assert len(schemas) > 10
    assert {each for each in schemas if "__" in each} == set()
