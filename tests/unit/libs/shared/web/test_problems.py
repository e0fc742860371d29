from typing import Any

import httpx
import pytest

from libs.shared.base.errors import Problem
from libs.shared.idempotency.problems import KeyReused, StillRunning
from libs.shared.web.language import choose_language
from libs.shared.web.problems import problem_response

CPR = "6101120008"


def document(answer: httpx.Response) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert found["status"] == answer.status_code
    assert found["type"] == f"urn:skoleloeft:problem:{found['code']}"
    assert found["correlation_id"] == answer.headers["x-correlation-id"]
    assert found["instance"].endswith(found["correlation_id"])
    assert set(found["messages"]) == {"da", "en"}
    return found


async def test_a_problem_of_a_use_case_keeps_its_code_pointer_and_both_texts(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/things/conflict")
    found = document(answer)
    assert answer.status_code == 409
    assert found["code"] == "thing.same"
    assert found["pointer"] == "/parts"
    assert found["detail"] == found["messages"]["da"] == "Tingen med 3 dele findes. Brug en anden."
    assert found["messages"]["en"] == "The thing with 3 parts exists. Use another."
    assert found["limit"] == 2
    assert answer.headers["content-language"] == "da"


async def test_the_detail_is_english_when_asked_for(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/things/conflict", headers={"Accept-Language": "en-GB,da;q=0.5"})
    assert document(answer)["detail"].startswith("The thing")
    assert answer.headers["content-language"] == "en"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "da"), ("", "da"), ("*", "da"), ("de", "da"), ("en", "en"), ("da,en", "da"), ("EN-us", "en"),
        ("en;q=0.4,da;q=0.9", "da"), ("en;q=x", "da"), ("en;q=0", "da"), ("sv,en;q=0.1", "en"), (",;,q=1;", "da"),
    ],
)  # fmt: skip
def test_danish_unless_english_weighs_more(header: str | None, language: str) -> None:
    assert choose_language(header) == language


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", f"/nowhere/{CPR}", 404, "not_found"),
        ("DELETE", "/v1/things/page", 405, "method_not_allowed"),
        ("GET", "/v1/things/conflict/", 404, "not_found"),
        ("GET", "/v1/things/broken", 500, "internal"),
        ("GET", "/v1/things/wrong-answer", 500, "internal"),
        ("GET", "/v1/things/database/23505", 500, "internal"),
        ("GET", "/v1/things/database/22021", 422, "text.not_storable"),
        ("GET", "/v1/things/database/40001", 503, "busy"),
        ("GET", "/v1/things/database/57P01", 503, "dependency.unavailable"),
        ("GET", "/v1/things/away", 503, "dependency.unavailable"),
    ],
)
async def test_whatever_goes_wrong_the_answer_is_a_problem_without_a_value(
    client: httpx.AsyncClient, method: str, path: str, status: int, code: str
) -> None:
    answer = await client.request(method, path)
    assert answer.status_code == status
    assert document(answer)["code"] == code
    assert "Canary" not in answer.text
    assert CPR not in answer.text
    assert (status == 503) == ("retry-after" in answer.headers)
    assert (status == 405) == ("allow" in answer.headers)


@pytest.mark.parametrize(
    "content", ["{", f'{{"name": {CPR}', "\x00", '{"a":' * 60_000, "\udcff".encode("utf-8", "replace")]
)
async def test_a_body_that_is_no_json_is_a_problem(client: httpx.AsyncClient, content: Any) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await client.post("/v1/things", content=content[:900], headers=headers)
    assert answer.status_code == 422
    assert document(answer)["errors"][0]["code"] == "json.invalid"
    assert CPR not in answer.text


async def test_a_body_in_another_encoding_is_a_problem(client: httpx.AsyncClient) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await client.post("/v1/things", content='{"name": "Åse"}'.encode("latin-1"), headers=headers)
    assert answer.status_code == 400
    assert document(answer)["code"] == "bad_request"


def errors(answer: httpx.Response) -> list[tuple[str, str, str]]:
    assert answer.status_code == 422
    found = document(answer)
    assert found["code"] == "request.invalid"
    return [(one["in"], one["pointer"], one["code"]) for one in found["errors"]]


async def test_every_wrong_field_is_named_with_its_own_text(client: httpx.AsyncClient) -> None:
    body = {"name": "x" * 11, "grade": 11, "colour": "Canary", "parts": [1, "Canary"], "coluor": 1}
    answer = await client.post("/v1/things", json=body)
    assert errors(answer) == [
        ("body", "/name", "text.too_long"),
        ("body", "/grade", "number.too_large"),
        ("body", "/colour", "choice.unknown"),
        ("body", "/parts/1", "integer.expected"),
        ("body", "/coluor", "field.unknown"),
    ]
    first, second, third = answer.json()["errors"][:3]
    assert first["messages"] == {"da": "Skriv højst 10 tegn.", "en": "Write at most 10 characters."}
    assert second["messages"]["en"] == "The number must be at most 10."
    assert "'red' or 'blue'" in third["messages"]["en"]
    assert "Canary" not in answer.text


async def test_a_missing_field_and_a_missing_body_are_named(client: httpx.AsyncClient) -> None:
    assert errors(await client.post("/v1/things", json={"grade": 1})) == [("body", "/name", "field.missing")]
    assert errors(await client.post("/v1/things")) == [("body", "", "field.missing")]


async def test_the_key_of_a_caller_is_not_repeated_when_it_is_no_field_name(client: httpx.AsyncClient) -> None:
    keys = (CPR, "Canary Jensen", f"a{CPR}", "Canary", "canary0001", "101-00001")
    answer = await client.post("/v1/things", json={"name": "ab", "grade": 1, **dict.fromkeys(keys, 1)})
    assert not any(key in answer.text for key in keys)
    assert [pointer for _, pointer, _ in errors(answer)] == ["/?"] * len(keys)


async def test_path_and_query_errors_say_where(client: httpx.AsyncClient) -> None:
    assert errors(await client.get(f"/v1/things/x{CPR}")) == [("path", "/thing_id", "integer.expected")]
    assert errors(await client.get("/v1/things/page?page_size=201")) == [("query", "/page_size", "number.too_large")]


async def test_a_validator_may_bring_its_own_words_and_any_other_message_is_not_shown(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.post("/v1/things/custom", json={"lessons": 3})
    assert errors(answer) == [("body", "/lessons", "lessons.odd")]
    messages = answer.json()["errors"][0]["messages"]
    assert messages == {"da": "Planlæg lektionerne parvis.", "en": "Plan pairs of lessons."}
    answer = await client.post("/v1/things/custom", json={"lessons": 13})
    assert errors(answer) == [("body", "/lessons", "value.invalid")]
    assert "Canary" not in answer.text


async def test_no_more_errors_are_listed_than_the_limit(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/things", json={"name": "ab", "grade": 1, "parts": ["x"] * 200})
    assert len(answer.json()["errors"]) == 100


def test_every_problem_of_the_edge_has_both_texts() -> None:
    def below(kind: type[Problem]) -> list[type[Problem]]:
        return [kind, *(deeper for child in kind.__subclasses__() for deeper in below(child))]

    for kind in below(Problem):
        assert kind.da != kind.en, kind
        assert kind.code, kind


def test_a_refusal_that_passes_by_itself_says_when_to_come_again() -> None:
    scope = {"type": "http", "headers": []}
    assert problem_response(scope, StillRunning(extra={"retry_after": 5})).headers["retry-after"] == "5"
    assert "retry-after" not in problem_response(scope, KeyReused()).headers
