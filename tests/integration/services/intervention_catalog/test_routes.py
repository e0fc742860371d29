"""The catalog for a reader without a token."""

import json
from dataclasses import replace
from datetime import date

import httpx
import pytest
from fastapi import FastAPI

from libs.shared.rules.library import library_rule_set
from libs.shared.rules.rule_sets import RuleSet
from services.intervention_catalog.changes.domain import Kind
from services.intervention_catalog.changes.schemas import ChangesOut
from services.intervention_catalog.kinds.kinds import KINDS
from services.intervention_catalog.kinds.schemas import ThemeOut
from services.intervention_catalog.rule_sets.schemas import RuleSetOut, RuleSetSummary
from services.intervention_catalog.rule_sets.use_cases import publish_rule_set
from tests.integration.services.intervention_catalog.service import Catalog, item, items

LISTS = [*(f"/v1/{kind.path}" for kind in KINDS.values()), "/v1/rule-sets"]
READABLE = [
    *LISTS,
    *(f"/v1/{kind.path}/{kind.example_id}" for kind in KINDS.values()),
    *(f"/v1/{kind.path}/{kind.example_id}/versions" for kind in KINDS.values()),
    "/v1/rule-sets/screening-2021",
    "/v1/rule-sets/dosage-2021?version=1",
    "/v1/themes",
    "/v1/changes",
]
NOT_PUBLISHED = {
    "/v1/intervention-types/F": "publication.not_found",
    "/v1/intervention-types/a": "publication.not_found",
    "/v1/intervention-types/A?version=2": "publication.not_found",
    "/v1/trial-actions/nowhere": "publication.not_found",
    "/v1/trial-actions/nowhere/versions": "publication.not_found",
    "/v1/rule-sets/screening-1999": "rule_set.not_found",
    "/v1/rule-sets/screening-2021?version=2": "rule_set.not_found",
}
CANNOT_BE_MEANT = [
    "/v1/intervention-types/%00",
    "/v1/intervention-types/" + "A" * 101,
    "/v1/intervention-types/A?on=2022-02-30",
    "/v1/intervention-types/A?version=0",
    f"/v1/intervention-types/A?version={2**31}",
    "/v1/rule-sets/%00",
    "/v1/rule-sets/" + "x" * 101,
    "/v1/rule-sets/screening-2021?version=0",
    "/v1/rule-sets/screening-2021?version=one",
    f"/v1/rule-sets/screening-2021?version={2**31}",
    "/v1/changes?page_size=0",
]


@pytest.fixture(autouse=True)
async def content(loaded: Catalog) -> Catalog:
    return loaded


async def test_every_kind_is_listed_by_id_page_by_page(client: httpx.AsyncClient) -> None:
    for kind in KINDS.values():
        ids: list[str] = []
        token: str | None = None
        while True:
            params = {"page_size": 40} | ({"page_token": token} if token else {})
            page = (await client.get(f"/v1/{kind.path}", params=params)).json()
            ids += [each["id"] for each in page["items"]]
            token = page["next_page_token"]
            if token is None:
                break
        assert ids == sorted(each.item_id for each in items() if each.kind is kind.kind)


async def test_an_item_is_the_same_alone_as_in_the_list_and_its_content_as_it_was_published(
    client: httpx.AsyncClient,
) -> None:
    for kind in KINDS.values():
        for each in (await client.get(f"/v1/{kind.path}?page_size=30")).json()["items"]:
            assert (await client.get(f"/v1/{kind.path}/{each['id']}")).json() == each
            assert each["content"] == item(kind.kind, each["id"]).content
            assert (each["version"], each["withdrawn"], each["reason"]) == (1, False, None)


async def test_a_type_shows_what_it_is_for_and_what_the_rules_ask_of_each_variant(client: httpx.AsyncClient) -> None:
    content = (await client.get("/v1/intervention-types/C")).json()["content"]
    asked = {"purpose", "group", "grades", "subjects", "setting", "conditions", "resources", "preparation"}
    assert asked | {"evidence", "leadership_advice", "links"} < content.keys()
    (variant,) = content["variants"]
    assert variant["group_size"] == {"least": 2, "most": 4}
    assert (variant["minimum_phases"][0]["amount"], variant["minimum_phases"][0]["weeks"]) == ("4", 12)


async def test_the_day_asked_for_decides_which_version_is_shown(client: httpx.AsyncClient, loaded: Catalog) -> None:
    a = item(Kind.INTERVENTION_TYPE, "A")
    await loaded.publish(replace(a, valid_to=date(2023, 8, 1)))
    await loaded.publish(replace(a, valid_from=date(2023, 8, 1), content=a.content | {"form": "individual"}))
    for on, version in (("2023-07-31", 2), ("2023-08-01", 3), ("2020-12-31", 3)):
        assert (await client.get(f"/v1/intervention-types/A?on={on}")).json()["version"] == version
    listed = (await client.get("/v1/intervention-types?on=2020-12-31")).json()
    assert listed["items"] == []
    records = (await client.get("/v1/intervention-types/A/versions")).json()["items"]
    assert [each["version"] for each in records] == [1, 2, 3]


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


async def test_an_earlier_version_can_still_be_read(client: httpx.AsyncClient, loaded: Catalog) -> None:
    newer = library_rule_set("dosage-2021").model_copy(update={"version": 2, "sources": ("000", "001")})
    async with loaded.db.write() as session:
        await publish_rule_set(session, loaded.outbox, newer)
    assert (await client.get("/v1/rule-sets/dosage-2021")).json()["version"] == 2
    earlier = (await client.get("/v1/rule-sets/dosage-2021", params={"version": 1})).json()
    assert (earlier["version"], earlier["content"]["sources"]) == (1, ["000"])


async def test_an_answer_is_not_sent_again_to_who_has_it(client: httpx.AsyncClient) -> None:
    for path in READABLE:
        first = await client.get(path)
        assert (first.status_code, first.headers["cache-control"]) == (200, "public, max-age=60"), path
        again = await client.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert (await client.get(path, headers={"If-None-Match": '"older"'})).content == first.content


async def test_a_new_version_has_another_etag(client: httpx.AsyncClient, loaded: Catalog) -> None:
    before = {path: (await client.get(path)).headers["etag"] for path in READABLE}
    async with loaded.db.write() as session:
        newer = library_rule_set("screening-2021").model_copy(update={"version": 2})
        await publish_rule_set(session, loaded.outbox, newer)
    ishoj = item(Kind.TRIAL_ACTION, "ishoj")
    await loaded.publish(replace(ishoj, content=ishoj.content | {"stages": ["upper"]}))
    changed = {path for path in READABLE if (await client.get(path)).headers["etag"] != before[path]}
    actions = {"/v1/trial-actions", "/v1/trial-actions/ishoj", "/v1/trial-actions/ishoj/versions"}
    # The feed's first page is full, so later changes do not alter it.
    assert changed == {"/v1/rule-sets", "/v1/rule-sets/screening-2021", *actions}


async def test_what_is_not_published_is_not_found_in_both_languages(client: httpx.AsyncClient) -> None:
    for path, code in NOT_PUBLISHED.items():
        answer = await client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, code), path
        assert set(answer.json()["messages"]) == {"da", "en"}
        assert answer.headers["cache-control"] == "no-store"


async def test_a_request_that_cannot_be_meant_is_refused_without_failing(client: httpx.AsyncClient) -> None:
    for path in CANNOT_BE_MEANT:
        assert (await client.get(path)).status_code == 422, path


async def test_the_themes_are_those_that_items_are_filed_under(client: httpx.AsyncClient) -> None:
    themes = (await client.get("/v1/themes")).json()["items"]
    known = {(each["kind"], each["id"]) for each in themes}
    for each in items():
        filed = each.content.get("themes", []) + ([each.content["theme"]] if "theme" in each.content else [])
        assert {(each.kind.value, theme) for theme in filed} <= known


def test_the_examples_of_the_documentation_are_of_the_models_form() -> None:
    for model in (RuleSetSummary, RuleSetOut, ChangesOut, ThemeOut):
        for example in model.model_json_schema()["examples"]:
            assert json.loads(model.model_validate(example).model_dump_json()) == example


def test_every_reading_operation_is_open_and_says_what_304_means(app: FastAPI) -> None:
    reading = {path: found["get"] for path, found in app.openapi()["paths"].items() if "get" in found}
    for path, operation in reading.items():
        if not path.startswith("/v1/drafts"):
            assert "security" not in operation, path
            assert "ETag" in operation["responses"]["304"]["headers"], path
    assert len(reading) >= 16
