"""From a municipality's draft to a published item, over HTTP."""

from datetime import date
from typing import Any
from uuid import uuid4

import httpx

from libs.shared.contracts.catalog import TrialActionPublished
from services.intervention_catalog.changes.domain import Kind
from tests.factories.service import Callers
from tests.factories.subjects import subject
from tests.integration.services.intervention_catalog.service import Catalog, action, content
from tests.integration.services.intervention_catalog.steps import (
    OURS,
    REASON,
    SECRETARIAT,
    THEIRS,
    begun,
    changed,
    draft,
    etag_of,
    published,
    step,
)


async def test_a_municipality_s_trial_action_is_reviewed_and_then_read_by_all(
    callers: Callers, client: httpx.AsyncClient, catalog: Catalog
) -> None:
    made = await begun(callers)
    assert (made["state"], made["municipality_code"], made["item_id"]) == ("draft", "101", made["draft_id"])
    assert (await client.get(f"/v1/trial-actions/{made['item_id']}")).status_code == 404
    assert (await step(callers, made, "submit", *OURS)).json()["state"] == "submitted"
    done = (await step(callers, made, "publish", etag=await etag_of(callers, made))).json()
    assert (done["state"], done["published_version"], done["reviewed_by"]) == ("published", 1, subject("a secretariat"))
    read = (await client.get(f"/v1/trial-actions/{made['item_id']}")).json()
    assert read["content"]["title"] == action()["title"]
    (event,) = await catalog.events()
    assert isinstance(event, TrialActionPublished)
    (period,) = event.periods
    assert period.content is not None
    assert period.content["municipality"]["code"] == "101"
    assert (await step(callers, made, "publish")).json()["published_version"] == 1
    assert len(await catalog.events()) == 1


async def test_a_draft_goes_back_with_a_note_and_comes_again(callers: Callers) -> None:
    made = await begun(callers)
    assert (await step(callers, made, "return", note="Mangler mål")).json()["code"] == "draft.not_found"
    await step(callers, made, "submit", *OURS)
    read = await etag_of(callers, made)
    returned = (await step(callers, made, "return", note="Mangler mål", etag=read)).json()
    assert (returned["state"], returned["review_note"], returned["version"]) == ("returned", "Mangler mål", 3)
    assert (await step(callers, made, "publish")).json()["code"] == "draft.not_submitted"
    before = await etag_of(callers, made)
    answer = await changed(callers, made, status="spread", etag=before)
    assert (answer.json()["state"], answer.json()["version"]) == ("draft", 4)
    assert answer.headers["etag"] == await etag_of(callers, made) != before
    again = await changed(callers, made, status="spread", etag=answer.headers["etag"])
    assert (again.json()["version"], again.headers["etag"]) == (4, answer.headers["etag"]), "nothing changes"
    assert (await changed(callers, made, status="spread", etag=before)).json()["code"] == "precondition.failed"


async def test_every_write_of_a_draft_says_which_draft_was_read(callers: Callers) -> None:
    made = await begun(callers)
    path, own = f"/v1/drafts/{made['draft_id']}", (SECRETARIAT,)
    await step(callers, made, "submit", *OURS)
    writes: list[tuple[str, str, tuple[str, ...], Any]] = [
        ("PUT", "", OURS, draft(status="spread")),
        ("DELETE", "", OURS, None),
        ("POST", "/submit", OURS, None),
        ("POST", "/return", own, {"note": "Mangler mål"}),
        ("POST", "/publish", own, None),
    ]
    for method, end, who, body in writes:
        without = await callers.ask(method, path + end, *who, json=body)
        assert (without.status_code, without.json()["code"]) == (428, "precondition.required"), (method, end)
        late = await callers.ask(method, path + end, *who, json=body, headers={"If-Match": '"x"'})
        assert (late.status_code, late.json()["code"]) == (412, "precondition.failed"), (method, end)
    assert (await callers.ask("GET", path, *OURS)).json()["version"] == 2


async def test_a_step_that_is_repeated_with_its_key_has_one_effect(callers: Callers) -> None:
    made = await begun(callers)
    path, key = f"/v1/drafts/{made['draft_id']}", uuid4().hex
    headers = {"If-Match": await etag_of(callers, made), "Idempotency-Key": key}
    answers = [await callers.ask("POST", f"{path}/submit", *OURS, headers=headers) for _ in range(2)]
    assert [(each.status_code, each.json()["version"]) for each in answers] == [(200, 2)] * 2
    returning = {"If-Match": answers[1].headers["etag"], "Idempotency-Key": uuid4().hex}
    note = {"note": "Mangler mål"}
    answers = [await callers.ask("POST", f"{path}/return", SECRETARIAT, json=note, headers=returning) for _ in range(2)]
    assert [(each.status_code, each.json()["state"]) for each in answers] == [(200, "returned")] * 2


async def test_drafts_are_listed_in_the_order_that_is_asked_for_page_by_page_and_as_csv(callers: Callers) -> None:
    ours = [await begun(callers) for _ in range(3)]
    theirs = await begun(callers, *THEIRS, code="147")
    for made, who in ((ours[1], OURS), (theirs, THEIRS)):
        await step(callers, made, "submit", *who)

    async def listed(query: str, *who: str) -> list[str]:
        found: list[str] = []
        token = ""
        while True:
            answer = await callers.ask("GET", f"/v1/drafts?page_size=2&{query}{token}", *(who or OURS))
            assert answer.status_code == 200, answer.text
            found += [each["draft_id"] for each in answer.json()["items"]]
            if answer.json()["next_page_token"] is None:
                return found
            token = f"&page_token={answer.json()['next_page_token']}"

    first, second, third = (each["draft_id"] for each in ours)
    assert await listed("") == [first, second, third]
    assert await listed("sort=-created_at") == [third, second, first]
    assert await listed("sort=changed_at") == [first, third, second]
    assert (await listed("sort=-state"))[0] == second
    assert await listed("sort=item_id") == sorted([first, second, third])
    assert await listed("kind=support_level") == []
    assert await listed("sort=changed_at", SECRETARIAT) == [second, theirs["draft_id"]]
    assert await listed("municipality=147", SECRETARIAT) == [theirs["draft_id"]]
    path, csv = "/v1/drafts?page_size=2&sort=-created_at", {"Accept": "text/csv"}
    answer = await callers.ask("GET", path, *OURS, headers=csv)
    head, *rows = answer.text.removeprefix("\ufeff").split("\r\n")
    assert head.split(";")[:3] == ["draft_id", "kind", "item_id"]
    assert "content" not in head
    assert [row.split(";")[0] for row in rows if row] == [third, second]
    assert 'rel="next"' in answer.headers["link"]


async def test_the_secretariat_s_translation_leaves_a_draft_in_review(callers: Callers) -> None:
    made = await begun(callers, title={"da": "Kun dansk", "en": ""})
    assert made["missing_texts"] == ["/content/title/en"]
    await step(callers, made, "submit", *OURS)
    refused = await step(callers, made, "publish")
    assert (refused.status_code, refused.json()["code"]) == (422, "publication.text_missing")
    assert [each["pointer"] for each in refused.json()["errors"]] == ["/content/title/en"]
    before = await etag_of(callers, made)
    translated = await changed(callers, made, SECRETARIAT, title={"da": "Kun dansk", "en": "English"})
    assert (translated.json()["state"], translated.json()["municipality_code"]) == ("submitted", "101")
    assert (await step(callers, made, "publish", etag=before)).json()["code"] == "precondition.failed"
    now = translated.headers["etag"]
    own = await step(callers, made, "publish", etag=now)
    assert (own.status_code, own.json()["code"]) == (409, "draft.own")
    assert (await step(callers, made, "publish", etag=now, subject="another")).json()["state"] == "published"


async def test_what_is_published_is_changed_by_a_new_draft_alone(callers: Callers, client: httpx.AsyncClient) -> None:
    done = await published(callers)
    path = f"/v1/drafts/{done['draft_id']}"
    for answer in (
        await changed(callers, done, status="spread"),
        await callers.ask("DELETE", path, *OURS, headers={"If-Match": "*"}),
        await step(callers, done, "submit", *OURS),
        await step(callers, done, "return", note="For sent"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "draft.published")
    assert (await client.put(f"/v1/trial-actions/{done['item_id']}", json={})).status_code == 405
    later = await published(callers, id=done["item_id"], status="spread")
    assert (later["item_id"], later["published_version"]) == (done["item_id"], 2)
    read = (await client.get(f"/v1/trial-actions/{done['item_id']}/versions")).json()["items"]
    assert [each["content"]["status"] for each in read] == ["running", "spread"]


async def test_another_municipality_s_draft_is_as_one_that_does_not_exist(callers: Callers) -> None:
    made = await begun(callers)
    for method, what, body in (
        ("GET", "", None),
        ("PUT", "", draft()),
        ("DELETE", "", None),
        ("POST", "/submit", {}),
    ):
        there = await callers.ask(method, f"/v1/drafts/{made['draft_id']}{what}", *THEIRS, json=body)
        nowhere = await callers.ask(method, f"/v1/drafts/{uuid4()}{what}", *THEIRS, json=body)
        assert there.status_code == nowhere.status_code == 404
        assert there.json()["code"] == nowhere.json()["code"] == "draft.not_found"
    assert (await callers.ask("GET", "/v1/drafts", *THEIRS)).json()["items"] == []
    assert len((await callers.ask("GET", "/v1/drafts", *OURS)).json()["items"]) == 1


async def test_the_secretariat_sees_a_municipality_s_draft_once_it_is_handed_in(callers: Callers) -> None:
    made = await begun(callers)
    own = await begun(callers, SECRETARIAT)
    path = f"/v1/drafts/{made['draft_id']}"
    assert (await callers.ask("GET", path, SECRETARIAT)).status_code == 404
    await step(callers, made, "submit", *OURS)
    assert (await callers.ask("GET", path, SECRETARIAT)).status_code == 200
    listed = await callers.ask("GET", "/v1/drafts?state=submitted", SECRETARIAT)
    assert [each["draft_id"] for each in listed.json()["items"]] == [made["draft_id"]]
    pages = (await callers.ask("GET", "/v1/drafts?page_size=1", SECRETARIAT)).json()
    rest = await callers.ask("GET", f"/v1/drafts?page_size=1&page_token={pages['next_page_token']}", SECRETARIAT)
    ids = [each["draft_id"] for each in (*pages["items"], *rest.json()["items"])]
    assert sorted(ids) == sorted([made["draft_id"], own["draft_id"]])
    assert rest.json()["next_page_token"] is None


async def test_a_page_token_of_another_scope_is_refused(callers: Callers) -> None:
    for _ in range(2):
        await callers.ask("POST", "/v1/drafts", SECRETARIAT, json=draft())
    first = (await callers.ask("GET", "/v1/drafts?page_size=1", SECRETARIAT)).json()
    path = f"/v1/drafts?page_token={first['next_page_token']}"
    assert (await callers.ask("GET", path, SECRETARIAT)).status_code == 200
    answer = await callers.ask("GET", path, *THEIRS)
    assert (answer.status_code, answer.json()["code"]) == (400, "page_token.invalid")


async def test_a_municipality_writes_about_itself_and_new_versions_of_its_own(callers: Callers) -> None:
    answer = await callers.ask("POST", "/v1/drafts", *THEIRS, json=draft())
    assert (answer.json()["code"], answer.json()["pointer"]) == (
        "draft.municipality_unknown",
        "/content/municipality/code",
    )
    done = await published(callers)
    for item_id in (done["item_id"], "nowhere"):
        answer = await callers.ask("POST", "/v1/drafts", *THEIRS, json=draft(code="147", id=item_id))
        assert (answer.status_code, answer.json()["code"]) == (422, "draft.item_unknown")
    level = content().levels.support_levels[0].model_dump(mode="json")
    answer = await callers.ask("POST", "/v1/drafts", *OURS, json={"kind": "support_level", "content": level})
    assert (answer.status_code, answer.json()["code"]) == (403, "draft.kind_forbidden")
    for role in ("evaluator", "ops", "auditor"):
        assert (await callers.ask("POST", "/v1/drafts", role, json=draft())).status_code == 403
    made = await begun(callers)
    assert (await step(callers, made, "publish", *OURS)).status_code == 403


async def test_a_draft_stays_about_one_item_of_one_municipality(callers: Callers) -> None:
    both = ("resource_team", "101", "147")
    made = await begun(callers, *both)
    for said in ({"id": "another"}, {"code": "147"}):
        assert (await changed(callers, made, *both, **said)).json()["code"] == "draft.item_changed"
    await step(callers, made, "submit", *both)
    answer = await changed(callers, made, SECRETARIAT, code="147")
    assert (answer.json()["code"], answer.json()["pointer"]) == ("draft.item_changed", "/content/municipality/code")


async def test_a_type_is_written_and_ended_by_the_secretariat_and_its_variants_are_the_rules(
    callers: Callers, client: httpx.AsyncClient, loaded: Catalog
) -> None:
    written = content().types.intervention_types[4].model_dump(mode="json")
    unknown = written | {"variants": [written["variants"][0] | {"id": "E9"}]}
    answer = await callers.ask(
        "POST", "/v1/drafts", SECRETARIAT, json={"kind": "intervention_type", "content": unknown}
    )
    assert [each["code"] for each in answer.json()["errors"]] == ["variant.unknown"]
    body = {"kind": "intervention_type", "content": written, "valid_from": "2021-01-01", "valid_to": "2026-08-01"}
    made = (await callers.ask("POST", "/v1/drafts", SECRETARIAT, json=body)).json()
    assert (await step(callers, made, "publish")).json()["code"] == "draft.own"
    assert (await step(callers, made, "publish", subject="another")).json()["published_version"] == 2
    read = (await client.get("/v1/intervention-types/E?on=2022-08-01")).json()
    assert (read["version"], read["valid_to"]) == (2, "2026-08-01")
    assert read["content"]["variants"][0]["minimum_phases"][0]["amount"] == "6"
    backwards = body | {"valid_from": "2027-08-01"}
    made = (await callers.ask("POST", "/v1/drafts", SECRETARIAT, json=backwards)).json()
    refused = await step(callers, made, "publish", subject="another")
    assert (refused.json()["code"], refused.json()["pointer"]) == ("publication.ends_before_start", "/valid_to")
    overlapping = body | {"valid_from": "2026-07-31", "valid_to": None}
    made = (await callers.ask("POST", "/v1/drafts", SECRETARIAT, json=overlapping)).json()
    refused = await step(callers, made, "publish", subject="another")
    assert (refused.status_code, refused.json()["code"]) == (422, "publication.overlapping_validity")


async def test_a_municipality_withdraws_its_own_and_the_secretariat_anything(
    callers: Callers, client: httpx.AsyncClient, loaded: Catalog
) -> None:
    done = await published(callers)
    what = {"kind": "trial_action", "id": done["item_id"], "reason": REASON}
    for body in (what, what | {"id": "ishoj"}, what | {"kind": "support_level", "id": "1"}):
        answer = await callers.ask("POST", "/v1/withdrawals", *THEIRS, json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, "publication.not_found")
    answer = await callers.ask("POST", "/v1/withdrawals", *OURS, json=what)
    assert (answer.status_code, answer.json()["withdrawn"], answer.json()["content"]) == (201, True, None)
    read = (await client.get(f"/v1/trial-actions/{done['item_id']}")).json()
    assert (read["content"], read["reason"]) == (None, REASON)
    assert read["reason_text"] == {"da": "Forfatteren har bedt om det.", "en": "The author asked for it."}
    again = await callers.ask("POST", "/v1/withdrawals", *OURS, json=what)
    assert (again.status_code, again.json()["code"]) == (409, "withdrawal.nothing_left")
    late = {"kind": "support_level", "id": "3T", "valid_to": "2020-01-01", "reason": REASON}
    assert (await callers.ask("POST", "/v1/withdrawals", SECRETARIAT, json=late)).json()["code"] == "withdrawal.in_past"
    soon = late | {"valid_to": f"{date.today().year + 1}-08-01"}  # noqa: DTZ011 - any later day will do
    assert (await callers.ask("POST", "/v1/withdrawals", SECRETARIAT, json=soon)).status_code == 201
    assert (await client.get("/v1/support-levels/3T")).json()["content"]["id"] == "3T"
    for words in ("Ask Zebrasen bad om det", {"da": "Om Ask Zebrasen", "en": "About Ask Zebrasen"}, ""):
        refused = await callers.ask("POST", "/v1/withdrawals", SECRETARIAT, json=what | {"reason": words})
        assert [each["pointer"].split("/")[1] for each in refused.json()["errors"]] == ["reason"]
        assert "Zebrasen" not in refused.text


async def test_the_database_itself_keeps_drafts_apart(callers: Callers, catalog: Catalog) -> None:
    await begun(callers)
    assert await catalog.count("draft") == 0, "a session without a tenant sees no draft"
    assert (await callers.ask("GET", "/v1/drafts", "resource_team", "101")).json()["items"][0][
        "kind"
    ] == Kind.TRIAL_ACTION
