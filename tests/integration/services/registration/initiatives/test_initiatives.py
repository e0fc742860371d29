"""An initiative as the secretariat writes it: its rule sets, its shares, its condition, its end."""

import csv
import io
from typing import Any
from uuid import uuid4

from libs.shared.rules.library import library_rule_set
from tests.factories.service import Callers
from tests.factories.subjects import subject
from tests.integration.services.registration.initiatives.requests import CONTENT, SHARES, Work, rows, today
from tests.integration.services.registration.service import Registration
from tests.integration.services.registration.told import publish_catalog, published, tell


async def test_an_initiative_has_the_rule_sets_in_force_on_its_dates_and_the_numbers_of_the_one_for_funding(
    callers: Callers, registration: Registration
) -> None:
    await publish_catalog(registration.db)
    work = Work(callers, registration)
    body = {name: value for name, value in CONTENT.items() if name not in {"pool", "invited"}}
    made = await work.ask("POST", "/v1/initiatives", json=body)
    found = made.json()
    assert (made.status_code, made.headers["location"]) == (201, f"/v1/initiatives/{found['initiative_id']}")
    assert (found["pool"], found["invited"], found["comparison_from_percent"]) == (69_000_000, 25, "14.00")
    assert [(each["rule_set"], each["version"], each["in_force_on"]) for each in found["rule_sets"]] == [
        ("funding-2021", 1, "2019-12-31"),
        *((name, 1, "2022-01-01") for name in ("screening-2021", "composition-2021", "dosage-2021")),
    ]
    assert (found["status"], found["created_by"]) == ("open", subject("a secretariat"))
    work.initiative_id = found["initiative_id"]
    assert (await work.ask("GET", work.path)).json() == found


async def test_a_request_sent_again_creates_one_initiative(callers: Callers, registration: Registration) -> None:
    await publish_catalog(registration.db)
    work, headers = Work(callers, registration), {"Idempotency-Key": uuid4().hex}
    answers = [await work.ask("POST", "/v1/initiatives", json=CONTENT, headers=headers) for _ in range(2)]
    assert [each.status_code for each in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert len((await work.ask("GET", "/v1/initiatives")).json()["items"]) == 1


_FAULTS: list[tuple[dict[str, Any], str, str | None]] = [
    ({"last_day": "2021-12-31"}, "initiative.period", "/last_day"),
    ({"rule_sets": ["funding-2021", "nothing"]}, "initiative.rule_set_unknown", "/rule_sets/1"),
    ({"rule_sets": ["funding-2021", "funding-2021"]}, "initiative.rule_sets_of_one_family", "/rule_sets"),
    ({"rule_sets": ["screening-2021"]}, "initiative.funding_rules_missing", "/rule_sets"),
    ({"reference_date": "2018-01-01"}, "rule_set.not_in_force", None),
    ({"title": "Om 641112-1239"}, "text.identifier", "/title"),
]


async def test_each_fault_of_an_initiative_has_its_own_code(callers: Callers, registration: Registration) -> None:
    await publish_catalog(registration.db)
    work = Work(callers, registration)
    for change, code, pointer in _FAULTS:
        answer = await work.ask("POST", "/v1/initiatives", json={**CONTENT, **change})
        problem = answer.json()
        fault = problem["errors"][0] if "errors" in problem else problem
        assert (answer.status_code, fault["code"], fault.get("pointer")) == (422, code, pointer)
        assert problem["messages"]["da"] != problem["messages"]["en"]
    for outside in (
        *({"pool": amount} for amount in (-1, 10**13, 1.5)),
        *({"invited": number} for number in (0, 99)),
        {"comparison_from_percent": "14.001"},
        {"start": "9999-01-01"},
        {"more": 1},
        {"rule_sets": ["x"] * 21},
    ):
        answer = await work.ask("POST", "/v1/initiatives", json={**CONTENT, **outside})
        assert answer.status_code == 422, outside


async def test_a_rule_set_that_has_not_been_received_is_awaited(callers: Callers, registration: Registration) -> None:
    answer = await Work(callers, registration).ask("POST", "/v1/initiatives", json=CONTENT)
    assert (answer.status_code, answer.json()["code"]) == (503, "rule_set.not_received")


async def test_a_change_needs_the_etag_that_was_read_and_stays_in_the_history(work: Work) -> None:
    body = {**CONTENT, "pool": 2_000}
    assert (await work.ask("PUT", work.path, json=body)).json()["code"] == "precondition.required"
    stale = await work.etag()
    changed = await work.ask("PUT", work.path, json=body, headers={"If-Match": stale})
    assert (changed.status_code, changed.json()["pool"]) == (200, 2_000)
    assert changed.headers["etag"] == await work.etag()
    again = await work.ask("PUT", work.path, json={**body, "pool": 3_000}, headers={"If-Match": stale})
    assert (again.status_code, again.json()["code"]) == (412, "precondition.failed")
    (step,) = (await work.ask("GET", f"{work.path}/steps?step=changed")).json()["items"]
    assert (step["details"], step["taken_by"]) == (
        {"pool": {"before": 1_000, "after": 2_000}},
        subject("a secretariat"),
    )
    same = await work.change("PUT", "", json=body)
    assert same.json()["aggregate_version"] == changed.json()["aggregate_version"]


async def test_shares_are_listed_as_loaded_and_each_change_stays_in_the_history(work: Work) -> None:
    listed = (await work.ask("GET", f"{work.path}/shares?sort=-share_percent&page_size=2")).json()
    assert [(each["municipality_code"], each["share_percent"]) for each in listed["items"]] == [
        ("101", "20.00"),
        ("147", "16.00"),
    ]
    following = f"{work.path}/shares?sort=-share_percent&page_size=2&page_token={listed['next_page_token']}"
    assert [each["municipality_code"] for each in (await work.ask("GET", following)).json()["items"]] == ["151", "153"]
    changed = {**SHARES, "101": "20.01"}
    del changed["157"]
    await work.change("PUT", "/shares", json={"shares": rows(changed)})
    steps = (await work.ask("GET", f"{work.path}/steps?sort=-position&page_size=3")).json()["items"]
    assert [(each["step"], each["municipality_code"]) for each in steps] == [
        ("share_removed", "157"),
        ("share_set", "101"),
        ("shares_loaded", None),
    ]
    assert (steps[1]["details"]["before"], steps[1]["details"]["after"]) == ("20.00", "20.01")
    before = await work.etag()
    await work.change("PUT", "/shares", json={"shares": rows(changed)})
    assert await work.etag() == before


async def test_each_fault_of_the_shares_has_its_own_code(work: Work) -> None:
    one = rows(SHARES)
    wrong: list[tuple[list[dict[str, str]], int, str, str | None]] = [
        ([*one, one[0]], 422, "share.twice", "/shares/6/municipality_code"),
        ([{**one[0], "reference_date": "2020-12-31"}], 422, "share.other_date", "/shares/0/reference_date"),
        ([{**one[0], "municipality_code": "411"}], 422, "share.municipality_unknown", "/shares/0/municipality_code"),
        ([{**one[0], "source": "Af 641112-1239"}], 422, "text.identifier", "/shares/0/source"),
    ]
    for shares, status, code, pointer in wrong:
        answer = await work.change("PUT", "/shares", json={"shares": shares})
        problem = answer.json()
        fault = problem["errors"][0] if "errors" in problem else problem
        assert (answer.status_code, fault["code"], fault["pointer"]) == (status, code, pointer)
    for share in ("100.01", "-1", "1.234", "NaN", "Infinity"):
        answer = await work.change("PUT", "/shares", json={"shares": [{**one[0], "share_percent": share}]})
        assert answer.status_code == 422, share
    assert len((await work.ask("GET", f"{work.path}/shares")).json()["items"]) == len(SHARES)


async def test_an_invited_municipality_keeps_its_share_and_the_reference_date_goes_with_the_shares(work: Work) -> None:
    await work.invite()
    without = {code: share for code, share in SHARES.items() if code != "147"}
    for shares in (without, {**SHARES, "147": "0"}):
        answer = await work.change("PUT", "/shares", json={"shares": rows(shares)})
        assert (answer.status_code, answer.json()["code"]) == (409, "share.in_use")
        assert "147" in answer.json()["messages"]["da"]
    moved = await work.change("PUT", "", json={**CONTENT, "reference_date": "2020-12-31"})
    assert (moved.status_code, moved.json()["code"]) == (409, "initiative.reference_date_in_use")


async def test_the_rules_list_names_each_municipality_with_its_reason_and_its_role(work: Work) -> None:
    listed = (await work.ask("GET", f"{work.path}/roles")).json()["items"]
    assert [(each["municipality_code"], each["rank"], each["by_rule"], each["role"]) for each in listed] == [
        *((code, rank, True, "none") for rank, code in enumerate(("101", "147", "151"), 1)),
        ("153", 4, False, "comparison"),
        ("155", 5, False, "comparison"),
        ("157", 6, False, "none"),
    ]
    assert listed[0]["reason"] == {
        "da": "Nr. 1 af 6 med 20,00 %: blandt de 3 med den største andel.",
        "en": "Number 1 of 6 with 20.00%: among the 3 with the largest share.",
    }
    assert "15,39 %: ikke blandt de 3 med den største andel, som går ned til 15,40 %" in listed[3]["reason"]["da"]


async def test_compared_with_are_those_that_declined_and_those_just_below_the_line(work: Work) -> None:
    await work.invite()
    await work.invite("153", reason="Efter partnerskabets ønske.")
    for code, answer in (("101", "accepted"), ("147", "declined"), ("153", "accepted")):
        await work.answer(code, answer)
    without = (await work.ask("POST", "/v1/initiatives", json=CONTENT)).json()["initiative_id"]
    assert (await work.ask("GET", f"/v1/initiatives/{without}/roles")).json()["items"] == []
    path = f"{work.path}/roles?role=comparison"
    for role in ("secretariat", "evaluator"):
        found = (await work.callers.ask("GET", path, role)).json()["items"]
        assert [each["municipality_code"] for each in found] == ["147", "155"], role
    answer = await work.callers.ask("GET", path, "evaluator", headers={"Accept": "text/csv"})
    table = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
    assert [(each["municipality_code"], each["name"], each["role"]) for each in table] == [
        ("147", "Frederiksberg", "comparison"),
        ("155", "Dragør", "comparison"),
    ]
    page = f"{work.path}/roles?sort=-rank&page_size=4"
    first = (await work.ask("GET", page)).json()
    then = (await work.ask("GET", f"{page}&page_token={first['next_page_token']}")).json()
    assert [each["rank"] for each in [*first["items"], *then["items"]]] == [6, 5, 4, 3, 2, 1]
    assert [each["role"] for each in then["items"]] == ["comparison", "participating"]


async def test_a_newer_version_of_the_rules_for_the_date_is_used_and_named(work: Work) -> None:
    newer = library_rule_set("funding-2021").model_copy(update={"version": 2})
    await tell(work.registration.db, [published(newer, 2)])
    await work.divided("101", "147", "151")
    made = (await work.ask("GET", f"{work.path}/allocations/1")).json()
    assert (made["rule_set"], made["rule_set_version"]) == ("funding-2021", 2)


async def test_nothing_of_a_closed_initiative_is_changed(work: Work) -> None:
    await work.divided("101", "147")
    await work.release("101")
    closed = await work.change("POST", "/close", json={"reason": "Regnskabet er godkendt."})
    assert (closed.status_code, closed.json()["status"]) == (200, "closed")
    day = today().isoformat()
    refused = [
        await work.change("PUT", "", json=CONTENT),
        await work.change("PUT", "/shares", json={"shares": rows(SHARES)}),
        await work.invite("155", reason="Mere"),
        await work.allocate(reason="Igen"),
        await work.answer("151", "accepted"),
        await work.change("POST", "/close"),
        await work.change(
            "POST", "/municipalities/101/withdrawal", of="/municipalities/101", json={"spent": 0, "reason": "Nej"}
        ),
        await work.ask(
            "POST",
            f"{work.path}/municipalities/101/passed-on",
            "101",
            json={"school_id": str(uuid4()), "amount": 1, "given_on": day},
        ),
    ]
    assert [(each.status_code, each.json()["code"]) for each in refused] == [(409, "initiative.closed")] * 8
    assert (await work.of("101"))["released"] > 0


async def test_a_municipality_finds_the_initiatives_to_which_it_is_invited_alone(work: Work) -> None:
    assert (await work.ask("GET", "/v1/initiatives", "101")).json()["items"] == []
    nowhere = await work.ask("GET", f"/v1/initiatives/{uuid4()}", "101")
    hidden = await work.ask("GET", work.path, "101")
    assert (hidden.status_code, hidden.json()["code"]) == (404, "initiative.not_found")
    assert nowhere.json()["messages"] == hidden.json()["messages"]
    await work.invite()
    (found,) = (await work.ask("GET", "/v1/initiatives", "101")).json()["items"]
    assert (found["initiative_id"], found["counts"]) == (work.initiative_id, None)
    assert (await work.ask("GET", "/v1/initiatives", "155")).json()["items"] == []
    for end in ("", "/shares", "/municipalities", "/allocations", "/steps"):
        assert (await work.ask("GET", work.path + end, "155")).status_code == 404
    for end in ("/shares", "/municipalities", "/steps"):
        items = (await work.ask("GET", work.path + end, "101")).json()["items"]
        assert {each["municipality_code"] for each in items} == {"101"}, end
    for method, end in (("PUT", ""), ("PUT", "/shares"), ("POST", "/invitations"), ("POST", "/allocations")):
        assert (await work.ask(method, work.path + end, "101", json={})).status_code == 403
    assert (await work.ask("GET", f"{work.path}/roles", "101")).status_code == 403
    assert (await work.ask("GET", "/v1/initiatives", role="evaluator")).json()["items"][0]["counts"]["unanswered"] == 3


async def test_initiatives_are_sorted_and_filtered_page_by_page(work: Work) -> None:
    for number in range(3):
        await work.ask("POST", "/v1/initiatives", json={**CONTENT, "title": f"Nr. {number}", "pool": number})
    seen: list[int] = []
    path, token = "/v1/initiatives?sort=-pool&status=open&page_size=3", ""
    while True:
        page = (await work.ask("GET", path + token)).json()
        seen += [each["pool"] for each in page["items"]]
        if page["next_page_token"] is None:
            break
        token = f"&page_token={page['next_page_token']}"
    assert seen == [1_000, 2, 1, 0]
    assert (await work.ask("GET", "/v1/initiatives?status=closed")).json()["items"] == []
