"""Invitations and answers: by the rule and by hand, in time and late, and what the municipality's status becomes."""

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import text

from services.registration.access import EVERY_MUNICIPALITY
from tests.factories.subjects import subject
from tests.integration.services.registration.initiatives.requests import Work, today


async def _deadline_was(work: Work, days_ago: int) -> None:
    """Move the last day for answers behind the service's back."""
    async with work.registration.db.write(EVERY_MUNICIPALITY) as session:
        day = today() - timedelta(days=days_ago)
        await session.execute(text("UPDATE initiative_invitation SET answer_by = :day"), {"day": day})


async def _statuses(work: Work, *codes: str) -> dict[str, str]:
    listed = (await work.ask("GET", "/v1/municipalities")).json()["items"]
    return {each["municipality_code"]: each["status"] for each in listed if each["municipality_code"] in codes}


async def test_the_rule_invites_and_a_municipality_outside_it_is_invited_with_a_reason(work: Work) -> None:
    invited = await work.invite()
    assert (invited.status_code, invited.json()) == (201, {"municipality_codes": ["101", "147", "151"]})
    assert (await work.invite()).json()["code"] == "invitation.nobody_left"
    refused = [
        (await work.invite("155"), 422, "initiative.reason_missing"),
        (await work.invite("155", "101", reason="Mere"), 409, "invitation.exists"),
        (await work.invite("173", reason="Mere"), 422, "invitation.share_missing"),
        (await work.invite("155", reason="Mere", days=-1), 422, "invitation.answer_by_passed"),
    ]
    assert [(each.status_code, each.json()["code"]) for each, _, _ in refused] == [each[1:] for each in refused]
    assert (await work.invite("155", reason="Efter partnerskabets ønske.")).json() == {"municipality_codes": ["155"]}
    listed = (await work.ask("GET", f"{work.path}/municipalities?sort=-share_percent")).json()["items"]
    assert [(each["municipality_code"], each["by_rule"], each["invite_reason"]) for each in listed] == [
        *((code, True, None) for code in ("101", "147", "151")),
        ("155", False, "Efter partnerskabets ønske."),
    ]
    assert await _statuses(work, "101", "155") == {"101": "invited", "155": "invited"}


async def test_a_municipality_accepts_with_who_and_when_and_its_files_are_accepted_from_then_on(work: Work) -> None:
    await work.invite()
    answered = await work.answer("101", "accepted", reason="Byrådet 1. oktober.")
    found = answered.json()
    assert (answered.status_code, found["status"], found["answered_by"]) == (
        200,
        "accepted",
        subject("a resource_team"),
    )
    assert (found["decided_on"], found["late"], found["answer_reason"]) == (
        today().isoformat(),
        False,
        "Byrådet 1. oktober.",
    )
    assert answered.headers["etag"] == await work.etag("/municipalities/101", "101")
    assert await _statuses(work, "101", "147") == {"101": "accepted", "147": "invited"}
    events = [each for each in await work.registration.events("municipality") if each["municipality_code"] == "101"]
    assert [(each["status"], each["aggregate_version"]) for each in events] == [("invited", 1), ("accepted", 2)]
    again = await work.answer("101", "accepted")
    assert (again.status_code, again.json()) == (200, found)
    steps = (await work.ask("GET", f"{work.path}/steps?municipality=101", "101")).json()["items"]
    assert [each["step"] for each in steps] == ["share_set", "invited", "accepted"]
    assert (steps[-1]["taken_by"], steps[-1]["reason"]) == (subject("a resource_team"), "Byrådet 1. oktober.")


async def test_only_the_whole_municipality_answers_and_only_for_itself(work: Work) -> None:
    await work.invite()
    path = f"{work.path}/municipalities/101/answer"
    body = {"answer": "accepted", "decided_on": today().isoformat()}
    limited = await work.ask("POST", path, "101", institutions=["910101"], json=body)
    assert (limited.status_code, limited.json()["code"]) == (403, "initiative.whole_municipality")
    other = await work.ask("POST", path, "147", json=body)
    assert (other.status_code, other.json()["code"]) == (404, "municipality.not_found")
    for role in ("school", "municipality_integration", "evaluator"):
        assert (await work.callers.ask("POST", path, role, "101", json=body)).status_code == 403
    unread = await work.ask("POST", path, "101", json=body)
    assert (unread.status_code, unread.json()["code"]) == (428, "precondition.required")
    uninvited = await work.ask(
        "POST", f"{work.path}/municipalities/155/answer", "155", json=body, headers={"If-Match": "*"}
    )
    assert (uninvited.status_code, uninvited.json()["code"]) == (404, "initiative.not_found")
    assert (await work.of("101"))["status"] == "invited"


async def test_the_secretariat_records_an_answer_that_came_by_letter_and_says_so(work: Work) -> None:
    await work.invite()
    body = {"answer": "declined", "decided_on": today().isoformat()}
    place = "/municipalities/147"
    silent = await work.change("POST", f"{place}/answer", of=place, json=body)
    assert (silent.status_code, silent.json()["code"]) == (422, "initiative.reason_missing")
    said = await work.change("POST", f"{place}/answer", of=place, json={**body, "reason": "Brev af 3. november."})
    assert (said.json()["status"], said.json()["answered_by"]) == ("declined", subject("a secretariat"))
    assert await _statuses(work, "147") == {"147": "declined"}


async def test_a_late_answer_is_taken_and_marked_and_a_late_change_of_mind_is_not(work: Work) -> None:
    await work.invite()
    await work.answer("147", "declined")
    await _deadline_was(work, days_ago=1)
    late = await work.answer("101", "accepted")
    assert (late.status_code, late.json()["late"]) == (200, True)
    found = (await work.ask("GET", f"{work.path}/municipalities?late=true")).json()["items"]
    assert [each["municipality_code"] for each in found] == ["101"]
    changed = await work.answer("147", "accepted")
    assert (changed.status_code, changed.json()["code"]) == (409, "answer.final")
    assert (await work.invite("147")).json()["code"] == "initiative.reason_missing"
    assert (await work.invite("147", reason="Kommunen har bedt om det.")).status_code == 201
    assert (await work.answer("147", "accepted")).json()["status"] == "accepted"
    future = await work.answer("151", "accepted", decided_on=(today() + timedelta(days=1)).isoformat())
    assert (future.status_code, future.json()["code"]) == (422, "answer.decided_later")


async def test_a_no_becomes_a_yes_until_the_last_day_and_a_yes_a_no_until_the_release(work: Work) -> None:
    await work.divided("101", "147")
    assert (await work.answer("151", "accepted")).json()["status"] == "accepted"
    assert (await work.answer("147", "declined")).json()["allocated"] is None
    await work.release("101")
    refused = await work.answer("101", "declined")
    assert (refused.status_code, refused.json()["code"]) == (409, "answer.grant_released")


async def test_a_key_sent_again_answers_once_and_gives_the_same_answer(work: Work) -> None:
    await work.invite()
    place = "/municipalities/101"
    headers = {"If-Match": await work.etag(place, "101"), "Idempotency-Key": uuid4().hex}
    body = {"answer": "accepted", "decided_on": today().isoformat()}
    one, other = [
        await work.ask("POST", f"{work.path}{place}/answer", "101", json=body, headers=headers) for _ in range(2)
    ]
    assert (one.status_code, one.json(), one.headers["etag"]) == (200, other.json(), other.headers["etag"])
    again = {"answer_by": (today() + timedelta(days=9)).isoformat(), "municipality_codes": ["155"], "reason": "Mere"}
    headers = {"If-Match": await work.etag(), "Idempotency-Key": uuid4().hex}
    first, second = [await work.ask("POST", f"{work.path}/invitations", json=again, headers=headers) for _ in range(2)]
    assert (first.status_code, first.json()) == (201, second.json())


async def test_the_answers_decide_the_status_and_nobody_sets_it_beside_them(work: Work) -> None:
    put = "/v1/municipalities/101"
    await work.ask("PUT", put, json={"status": "accepted"}, headers={"If-None-Match": "*"})
    await work.invite()
    assert await _statuses(work, "101") == {"101": "accepted"}
    await work.answer("101", "declined")
    assert await _statuses(work, "101") == {"101": "declined"}
    refused = await work.ask("PUT", put, json={"status": "accepted"}, headers={"If-Match": "*"})
    assert (refused.status_code, refused.json()["code"]) == (409, "municipality.in_initiative")
    same = await work.ask("PUT", put, json={"status": "declined"}, headers={"If-Match": "*"})
    assert same.status_code == 200
    other = Work(work.callers, work.registration)
    await other.begin({"101": "20.00"})
    await other.invite()
    assert await _statuses(work, "101") == {"101": "invited"}
    await other.answer("101", "accepted")
    assert await _statuses(work, "101") == {"101": "accepted"}


async def test_the_evaluation_is_told_of_those_it_compares_with_also_of_those_that_were_never_invited(
    work: Work,
) -> None:
    await work.ask("PUT", "/v1/municipalities/155", json={"status": "accepted"}, headers={"If-None-Match": "*"})
    await work.divided("101", "147")
    told = {each["municipality_code"]: each for each in await work.registration.events("municipality")}
    assert {code: (each["status"], each.get("comparison", False)) for code, each in told.items()} == {
        "101": ("accepted", False),
        "147": ("accepted", False),
        "151": ("declined", True),
        "153": ("not_invited", True),
        "155": ("accepted", False),
    }
    await work.invite("153", reason="Efter partnerskabets ønske.")
    await work.answer("153", "accepted")
    await work.answer("151", "accepted")
    await work.allocate(reason="To kommuner har sagt ja.")
    listed = (await work.ask("GET", "/v1/municipalities")).json()["items"]
    assert {each["municipality_code"]: (each["status"], each["comparison"]) for each in listed} == {
        **dict.fromkeys(("101", "147", "151", "153", "155"), ("accepted", False))
    }
    everyday = Work(work.callers, work.registration)
    await everyday.begin({"101": "20.00", "157": "15.00"}, invited=1)
    await everyday.divided("101")
    (found,) = (await work.ask("GET", "/v1/municipalities?status=not_invited")).json()["items"]
    assert (found["municipality_code"], found["comparison"], found["may_import"]) == ("157", True, False)
    put = await work.ask("PUT", "/v1/municipalities/157", json={"status": "accepted"}, headers={"If-Match": "*"})
    assert put.status_code == 200
    told_last = (await work.registration.events("municipality"))[-1]
    assert (told_last["status"], told_last.get("comparison", False)) == ("accepted", False)
