"""Every POST of every service takes an idempotency key, or is listed here with the reason why it needs none."""

from typing import Any

import pytest

from libs.shared.idempotency.attempts import KEY_FORM
from tests.factories.wired import SERVICES, app_of, operations

STATE = "it brings something to a state; what is there already stays as it is"
DECISION = "the same decision again changes nothing; the other one is refused"
WITHOUT = {
    "/v1/imports/{receipt_id}/cancel": STATE,
    "/v1/imports/{receipt_id}/confirm": DECISION,
    "/v1/imports/{receipt_id}/reject": DECISION,
    "/v1/checks": "nothing is kept",
    "/v1/checks/projects": "nothing is kept",
    "/v1/pupils/look-ups": "it reads",
}
REQUIRED = {
    "/v1/courses",
    *(f"/v1/courses/{{course_id}}/{end}" for end in ("enrolments", "offers", "split", "merge")),
    *("/v1/imports", "/v1/indicators", "/v1/pupils", "/v1/pupils/{pupil_id}/name-disclosures"),
    "/v1/initiatives/{initiative_id}/municipalities/{municipality_code}/passed-on",
}
"""Where creating something twice does harm."""


def key_of(operation: dict[str, Any]) -> dict[str, Any] | None:
    found = [each for each in operation.get("parameters", []) if each["name"].lower() == "idempotency-key"]
    return found[0] if found else None


@pytest.mark.parametrize("name", SERVICES)
async def test_a_post_takes_a_key_or_has_a_reason_to_take_none(name: str) -> None:
    posts = [(path, each) for path, method, each in operations(await app_of(name)) if method == "POST"]
    assert posts
    for path, operation in posts:
        key = key_of(operation)
        assert (key is None) == (path in WITHOUT), f"POST {path}: give it a key, or write down why it needs none"
        if key is not None:
            assert key["in"] == "header"
            assert bool(key.get("required")) == (path in REQUIRED), path
            assert KEY_FORM in str(key["schema"]).replace("\\\\", "\\"), path
            assert path == "/v1/imports" or {"7 days", "7 dage"} <= {
                word for word in ("7 days", "7 dage") if word in key["description"]
            }


@pytest.mark.parametrize("name", SERVICES)
async def test_what_is_created_takes_a_key_and_is_found_by_its_location(name: str) -> None:
    for path, method, operation in operations(await app_of(name)):
        for status in operation["responses"].keys() & {"201", "202"}:
            if method == "PUT":  # it may be repeated by itself: the caller chooses the address
                continue
            assert method == "POST", (method, path)
            assert key_of(operation) is not None, path
            if path != "/v1/imports":
                assert "Location" in operation["responses"][status]["headers"], path


async def test_the_list_names_no_route_that_is_gone() -> None:
    posts = {path for name in SERVICES for path, method, _ in operations(await app_of(name)) if method == "POST"}
    assert set(WITHOUT) | REQUIRED <= posts
