"""The catalog as a reader without a token meets it."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from libs.shared.auth.jwks import StaticJwks
from libs.shared.auth.verifier import TokenVerifier
from libs.shared.base.settings import Profile
from libs.shared.delivery.outbox import Outbox
from libs.shared.observability.metrics import Metrics
from libs.shared.observability.tracing import Tracing
from libs.shared.rules.library import library_rule_set
from libs.shared.rules.rule_sets import RuleSet
from libs.shared.web.app import create_app
from libs.shared.web.health import Readiness
from services.intervention_catalog.content.use_cases import load_content
from services.intervention_catalog.routes.intervention_types import InterventionTypeOut, intervention_types_router
from services.intervention_catalog.routes.rule_sets import RuleSetOut, RuleSetSummary, rule_sets_router
from services.intervention_catalog.rule_sets.use_cases import publish_rule_set
from tests.realparts.databases import OwnDatabase

LISTS = ["/v1/intervention-types", "/v1/rule-sets"]
READABLE = [*LISTS, "/v1/intervention-types/C", "/v1/rule-sets/screening-2021", "/v1/rule-sets/dosage-2021?version=1"]
NOT_PUBLISHED = {
    "/v1/intervention-types/F": "intervention_type.not_found",
    "/v1/intervention-types/a": "intervention_type.not_found",
    "/v1/rule-sets/screening-1999": "rule_set.not_found",
    "/v1/rule-sets/screening-2021?version=2": "rule_set.not_found",
}
CANNOT_BE_MEANT = [
    "/v1/intervention-types/%00",
    "/v1/intervention-types/" + "A" * 11,
    "/v1/rule-sets/%00",
    "/v1/rule-sets/" + "x" * 101,
    "/v1/rule-sets/screening-2021?version=0",
    "/v1/rule-sets/screening-2021?version=one",
    f"/v1/rule-sets/screening-2021?version={2**31}",
]


@pytest.fixture
def app(own: OwnDatabase) -> FastAPI:
    return create_app(
        title="Catalog",
        description="For tests.",
        routers=[intervention_types_router(own.db), rule_sets_router(own.db)],
        verifier=TokenVerifier("https://login.example", StaticJwks({"keys": []}), profile=Profile.DEVELOPMENT),
        metrics=Metrics(process=False),
        tracing=Tracing("catalog"),
        readiness=Readiness(),
    )


@pytest.fixture
async def client(app: FastAPI, own: OwnDatabase, outbox: Outbox) -> AsyncIterator[httpx.AsyncClient]:
    async with own.db.write() as session:
        await load_content(session, outbox)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://catalog") as client:
        yield client


async def test_the_five_types_are_listed_by_letter(client: httpx.AsyncClient) -> None:
    listed = (await client.get("/v1/intervention-types")).json()["items"]
    assert [each["letter"] for each in listed] == ["A", "B", "C", "D", "E"]
    assert listed[0]["name"] == {"da": "Tolærerordning", "en": "Co-teaching"}
    assert [variant["minimum"][0]["amount"] for variant in listed[0]["variants"]] == ["10.5", "14.5"]
    assert {each["version"] for each in listed} == {1}


async def test_a_single_type_is_the_same_as_in_the_list(client: httpx.AsyncClient) -> None:
    for each in (await client.get("/v1/intervention-types")).json()["items"]:
        assert (await client.get(f"/v1/intervention-types/{each['letter']}")).json() == each


async def test_the_rule_sets_are_listed_without_content_and_read_whole(client: httpx.AsyncClient) -> None:
    listed = (await client.get("/v1/rule-sets")).json()["items"]
    assert [each["name"] for each in listed] == [
        "composition-2021",
        "dosage-2021",
        "funding-2021",
        "screening-2021",
        "support-2019",
        "vulnerable-2024",
    ]
    for each in listed:
        whole = (await client.get(f"/v1/rule-sets/{each['name']}")).json()
        content = whole.pop("content")
        assert whole == each
        assert RuleSet.model_validate(content) == library_rule_set(each["name"])


async def test_an_earlier_version_can_still_be_read(
    client: httpx.AsyncClient, own: OwnDatabase, outbox: Outbox
) -> None:
    newer = library_rule_set("dosage-2021").model_copy(update={"version": 2, "sources": ("000", "001")})
    async with own.db.write() as session:
        await publish_rule_set(session, outbox, newer)
    assert (await client.get("/v1/rule-sets/dosage-2021")).json()["version"] == 2
    earlier = (await client.get("/v1/rule-sets/dosage-2021", params={"version": 1})).json()
    assert (earlier["version"], earlier["content"]["sources"]) == (1, ["000"])


async def test_an_answer_is_not_sent_again_to_who_has_it(client: httpx.AsyncClient) -> None:
    for path in READABLE:
        first = await client.get(path)
        assert (first.status_code, first.headers["cache-control"]) == (200, "public, max-age=60")
        again = await client.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert (await client.get(path, headers={"If-None-Match": '"older"'})).content == first.content


async def test_a_new_version_has_another_etag(client: httpx.AsyncClient, own: OwnDatabase, outbox: Outbox) -> None:
    before = {path: (await client.get(path)).headers["etag"] for path in READABLE}
    async with own.db.write() as session:
        await publish_rule_set(session, outbox, library_rule_set("screening-2021").model_copy(update={"version": 2}))
    changed = [path for path in READABLE if (await client.get(path)).headers["etag"] != before[path]]
    assert changed == ["/v1/rule-sets", "/v1/rule-sets/screening-2021"]


async def test_what_is_not_published_is_not_found_in_both_languages(client: httpx.AsyncClient) -> None:
    for path, code in NOT_PUBLISHED.items():
        answer = await client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, code), path
        assert set(answer.json()["messages"]) == {"da", "en"}
        assert answer.headers["cache-control"] == "no-store"


async def test_a_request_that_cannot_be_meant_is_refused_without_failing(client: httpx.AsyncClient) -> None:
    for path in CANNOT_BE_MEANT:
        assert (await client.get(path)).status_code == 422, path


async def test_before_the_content_is_loaded_the_lists_are_empty(app: FastAPI) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://catalog") as client:
        for path in LISTS:
            assert (await client.get(path)).json() == {"items": [], "next_page_token": None}


def test_the_examples_of_the_documentation_are_of_the_models_form() -> None:
    for model in (InterventionTypeOut, RuleSetSummary, RuleSetOut):
        for example in model.model_json_schema()["examples"]:
            assert json.loads(model.model_validate(example).model_dump_json()) == example


def test_every_operation_is_open_and_says_what_304_means(app: FastAPI) -> None:
    for path, operations in app.openapi()["paths"].items():
        assert set(operations) == {"get"}, path
        assert "security" not in operations["get"]
        assert "ETag" in operations["get"]["responses"]["304"]["headers"]
