"""A project from its return with remarks over its amendments to its end; what was decided about is kept as it was."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from libs.shared.db.scope import Access, Scope
from tests.factories.service import Callers
from tests.integration.services.registration.projects.desk import BOOKS, CO_TEACHING, SMALL_GROUP, Desk, body
from tests.integration.services.registration.service import Registration

REMARK = {"text": "Skriv, hvem der dækker vikartimerne.", "pointer": "/description/possibilities/substitutes"}


def tag(answer: Any) -> dict[str, str]:
    return {"If-Match": answer.headers["etag"]}


async def test_a_returned_project_is_changed_and_submitted_again_and_what_was_returned_is_kept(
    callers: Callers, ready: Registration
) -> None:
    desk, content = Desk(callers), await body(ready)
    await desk.create(content)
    await desk.submit()
    returned = (await desk.send_back(REMARK)).json()
    assert (returned["status"], returned["remarks"]) == ("returned", [REMARK])
    assert (await desk.send_back(REMARK)).json()["code"] == "project.not_submitted"
    draft = (await desk.change({**content, "title": "Flere endnu"})).json()
    assert (draft["status"], draft["remarks"]) == ("draft", [REMARK])
    submitted = (await desk.submit()).json()
    assert (submitted["status"], submitted["remarks"], submitted["version"]) == ("submitted", [], 1)
    await desk.approve()
    kept = (await desk.read("/versions", role="secretariat")).json()["items"]
    assert [(each["version"], each["submission"], each["outcome"], each["title"]) for each in kept] == [
        (1, 1, "returned", "Flere med"),
        (1, 2, "approved", "Flere endnu"),
    ]
    first = (await desk.read("/versions?sort=-version&page_size=1")).json()
    rest = (await desk.read(f"/versions?sort=-version&page_token={first['next_page_token']}")).json()
    assert [each["submission"] for each in (*first["items"], *rest["items"])] == [2, 1]
    listed = (await desk.read("/history")).json()["items"]
    assert [each["step"] for each in listed] == [
        *("created", "submitted", "returned", "changed", "resubmitted", "approved")
    ]
    assert [each["remarks"] for each in listed if each["remarks"]] == [[REMARK]]
    assert [event["status"] for event in await ready.events("project")] == [
        *("draft", "submitted", "returned", "draft", "submitted", "approved")
    ]


async def test_an_amendment_is_a_version_of_its_own_and_the_approved_one_stays_in_force_until_it_is_approved(
    callers: Callers, ready: Registration
) -> None:
    desk = Desk(callers)
    first = await desk.approved(await body(ready))
    amended = (await desk.ask("POST", "/amendments")).json()
    assert (amended["status"], amended["version"], amended["version_in_force"]) == ("draft", 2, 1)
    assert (amended["plan"], amended["approved_by"]) == (first["plan"], None)
    await desk.change(await body(ready, CO_TEACHING, SMALL_GROUP))
    await desk.submit()
    events = await ready.events("project")
    assert {(each["status"], *each["variants"]) for each in events[2:]} == {("approved", "A1")}
    kept = (await desk.read("/versions/1")).json()
    assert (kept["plan"], kept["outcome"], kept["description"]) == (first["plan"], "approved", first["description"])
    second = (await desk.approve()).json()
    assert (second["status"], second["version_in_force"]) == ("approved", 2)
    assert (await desk.read("/versions/1")).json() == kept
    assert (await desk.read("/versions/2")).json()["plan"] == second["plan"]
    assert (await desk.read("/versions/3")).json()["code"] == "project.version_not_found"
    assert (await ready.events("project"))[-1]["variants"] == ["A1", "C"]
    assert [step for _, step in await desk.steps()] == [
        *("created", "submitted", "approved", "amended", "changed", "submitted", "approved")
    ]


async def test_a_withdrawn_amendment_leaves_the_approved_version_as_it_was(
    callers: Callers, ready: Registration
) -> None:
    desk = Desk(callers)
    first = await desk.approved(await body(ready))
    assert (await desk.ask("POST", "/withdraw")).json()["code"] == "project.no_amendment"
    await desk.ask("POST", "/amendments")
    await desk.change({**await body(ready, BOOKS, CO_TEACHING), "title": "Noget andet"})
    back = (await desk.ask("POST", "/withdraw")).json()
    moved = {"aggregate_version", "changed_at"}
    assert {k: v for k, v in back.items() if k not in moved} == {k: v for k, v in first.items() if k not in moved}
    again = (await desk.ask("POST", "/amendments")).json()
    assert again["version"] == 3, "a version's number is never used again"


async def test_of_two_who_amend_at_once_one_begins_and_the_other_is_told_to_go_on_with_it(
    callers: Callers, ready: Registration
) -> None:
    desk = Desk(callers)
    assert (await desk.create(await body(ready))).status_code == 201
    early = await desk.ask("POST", "/amendments")
    assert (early.status_code, early.json()["code"]) == (409, "project.not_approved")
    await desk.submit()
    await desk.approve()
    read = await desk.read()
    answers = await asyncio.gather(*(desk.ask("POST", "/amendments", headers=tag(read)) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]
    refused = next(answer for answer in answers if answer.status_code == 412).json()
    assert refused["code"] == "project.amended_meanwhile"
    assert "version 2" in refused["messages"]["da"]
    late = await desk.ask("POST", "/amendments")
    assert (late.status_code, late.json()["code"]) == (409, "project.amendment_open")


async def test_a_change_of_a_project_that_was_not_read_or_has_changed_since_is_refused(
    callers: Callers, ready: Registration
) -> None:
    desk, content = Desk(callers), await body(ready)
    made = await desk.create(content)
    read = await desk.read()
    assert read.headers["etag"] == made.headers["etag"]
    bodiless: dict[str, Any] = {"json": {}}
    writes: list[tuple[str, str, str, dict[str, Any]]] = [
        ("PUT", "", "resource_team", {"json": content}),
        ("POST", "/submit", "resource_team", bodiless),
        ("POST", "/return", "secretariat", {"json": {"remarks": [REMARK]}}),
        ("POST", "/approve", "secretariat", bodiless),
        ("POST", "/approve-amendment", "resource_team", bodiless),
        ("POST", "/amendments", "resource_team", {}),
        ("POST", "/withdraw", "resource_team", {}),
        ("POST", "/close", "resource_team", bodiless),
    ]
    for method, end, role, more in writes:
        unread = await desk.ask(method, end, role, headers={}, **more)
        assert (unread.status_code, unread.json()["code"]) == (428, "precondition.required"), end
    changes = [{**content, "title": f"Titel {count}"} for count in range(4)]
    answers = await asyncio.gather(*(desk.change(each, headers=tag(read)) for each in changes))
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]
    for method, end, role, more in writes:
        stale = await desk.ask(method, end, role, headers=tag(read), **more)
        assert (stale.status_code, stale.json()["code"]) == (412, "precondition.failed"), end
    (done,) = [answer for answer in answers if answer.status_code == 200]
    assert (await desk.submit(headers=tag(done))).status_code == 200


async def test_a_step_that_is_sent_again_with_its_key_is_taken_once(callers: Callers, ready: Registration) -> None:
    desk = Desk(callers)
    made = await desk.create(await body(ready))
    keyed = tag(made) | {"Idempotency-Key": "once"}
    first, again = [await desk.submit(headers=keyed) for _ in range(2)]
    assert (first.status_code, again.json()) == (200, first.json())
    for headers in (tag(first) | {"Idempotency-Key": "returned"},) * 2:
        assert (await desk.send_back(REMARK, headers=headers)).json()["status"] == "returned"
    assert [step for _, step in await desk.steps()] == ["created", "submitted", "returned"]


async def test_a_closed_project_is_never_changed_again(callers: Callers, ready: Registration) -> None:
    desk, content = Desk(callers), await body(ready)
    await desk.approved(content)
    closed = (await desk.ask("POST", "/close", "secretariat", json={"remark": "Forløbene er slut."})).json()
    assert (closed["status"], closed["version_in_force"]) == ("closed", 1)
    assert (await desk.ask("POST", "/close", json={})).json()["status"] == "closed"
    for answer in (
        await desk.change({**content, "title": "Ny"}),
        await desk.submit(),
        await desk.ask("POST", "/amendments"),
        await desk.ask("POST", "/withdraw"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "project.closed")
    assert (await ready.events("project"))[-1]["status"] == "approved", "what was approved stays counted"
    last = (await desk.read("/history?sort=-position")).json()["items"][0]
    assert (last["step"], last["remarks"][0]["text"]) == ("closed", "Forløbene er slut.")


async def test_the_database_itself_refuses_to_change_what_is_kept(callers: Callers, ready: Registration) -> None:
    desk = Desk(callers)
    await desk.approved(await body(ready))
    for statement in (
        "UPDATE project_version SET title = 'Andet'",
        "DELETE FROM project_version",
        "UPDATE project_step SET decided_by = 'nogen'",
        "DELETE FROM project_step",
    ):
        for scope in (Scope.of("101"), Scope(access=Access.SECRETARIAT)):
            with pytest.raises(IntegrityError, match="never changed"):
                async with ready.db.write(scope) as session:
                    await session.execute(text(statement))
    assert (await desk.read("/versions/1")).json()["title"] == "Flere med"
