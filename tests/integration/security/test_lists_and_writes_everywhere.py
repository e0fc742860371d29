"""Every list of registration can be sorted and answers as CSV. Every write has a condition, and every POST a key under
which it takes effect once. A new route is covered, or it stands in a list here with the reason.
"""

from typing import Any

import pytest

from tests.factories.wired import app_of, operations

_CHANGING = ("PUT", "PATCH", "DELETE")

OWN_ORDER = {
    "GET /v1/imports": "the newest receipt first",
    "GET /v1/imports/{receipt_id}/refused": "rows in the order of the file; `refused.csv` is its CSV",
    "GET /v1/imports/{receipt_id}/parked": "rows in the order of the file",
    "GET /v1/imports/{receipt_id}/difference": "classes in the order of the school",
    "GET /v1/imports/{receipt_id}/difference/pupils": "pupils by class",
}
"""Lists in one order only."""

WITHOUT_KEY = {
    "POST /v1/pupils/look-ups": "it only reads",
    "POST /v1/imports/{receipt_id}/cancel": "a file that has ended stays ended: asked again, it gives the same answer",
    "POST /v1/imports/{receipt_id}/confirm": "a decided snapshot stays decided: asked again, it gives the same answer",
    "POST /v1/imports/{receipt_id}/reject": "a decided snapshot stays decided: asked again, it gives the same answer",
}
"""Requests that take effect once whatever their key."""


@pytest.fixture
async def found() -> dict[str, dict[str, Any]]:
    app = await app_of("registration")
    return {f"{method} {path}": operation for path, method, operation in operations(app)}


def _takes(operation: dict[str, Any], place: str, name: str) -> bool:
    return any((each["in"], each["name"].lower()) == (place, name) for each in operation.get("parameters", []))


async def test_every_list_is_sorted_as_asked_and_answers_as_csv(found: dict[str, dict[str, Any]]) -> None:
    lists = {name: each for name, each in found.items() if _takes(each, "query", "page_token")}
    lacking = {
        name
        for name, each in lists.items()
        if not _takes(each, "query", "sort") or "text/csv" not in each["responses"]["200"]["content"]
    }
    assert lacking == OWN_ORDER.keys()


async def test_every_write_of_an_existing_object_has_a_condition(found: dict[str, dict[str, Any]]) -> None:
    writes = {name: each for name, each in found.items() if name.startswith(_CHANGING)}
    assert {name for name, each in writes.items() if not _takes(each, "header", "if-match")} == set()


async def test_every_post_may_be_repeated_under_its_key(found: dict[str, dict[str, Any]]) -> None:
    posts = {name: each for name, each in found.items() if name.startswith("POST ")}
    assert {name for name, each in posts.items() if not _takes(each, "header", "idempotency-key")} == WITHOUT_KEY.keys()
