"""Marks, reversals, lists and events of selections."""

from typing import Any
from uuid import uuid4

from libs.shared.contracts.registration import ScreeningChanged
from tests.factories.service import Callers
from tests.integration.services.registration.screening.selections.test_selections import _body, _post
from tests.integration.services.registration.service import Registration
from tests.integration.services.registration.told import class_id, classroom


async def _class(callers: Callers, registration: Registration, **more: Any) -> Any:
    await classroom(registration)
    chosen = str(await class_id(registration, "5A"))
    body = await _body(
        registration, kind="class", class_id=chosen, reasons=["low_wellbeing", "vulnerable_share"], **more
    )
    made = await _post(callers, body)
    assert made.status_code == 201, made.text
    return made


async def _ask(callers: Callers, method: str, path: str, body: Any, etag: str | None = None, **more: Any) -> Any:
    headers = {} if etag is None else {"If-Match": etag}
    return await callers.ask(method, path, "resource_team", "101", json=body, headers={**headers, **more})


async def test_a_class_has_reasons_and_marks_which_reach_the_evaluation_without_texts(
    callers: Callers, registration: Registration
) -> None:
    made = await _class(callers, registration)
    selection, path = made.json(), f"/v1/selections/{made.json()['selection_id']}"
    assert (selection["reasons"], selection["version"]) == (["low_wellbeing", "vulnerable_share"], 1)
    first, second, *_ = (each["pupil_id"] for each in selection["pupils"])

    marked = await _ask(callers, "PUT", f"{path}/designated", {"pupil_ids": [first, second]}, made.headers["ETag"])
    assert marked.status_code == 200, marked.text
    assert [each["designated"] for each in marked.json()["pupils"]].count(True) == 2
    stale = await _ask(callers, "PUT", f"{path}/designated", {"pupil_ids": []}, made.headers["ETag"])
    assert (stale.status_code, stale.json()["code"]) == (412, "precondition.failed")
    assert (await _ask(callers, "PUT", f"{path}/designated", {"pupil_ids": []})).status_code == 428
    wrong = await _ask(callers, "PUT", f"{path}/designated", {"pupil_ids": [str(uuid4())]}, marked.headers["ETag"])
    assert (wrong.status_code, wrong.json()["code"]) == (422, "selection.designated_not_selected")
    again = await _ask(callers, "PUT", f"{path}/designated", {"pupil_ids": [second]}, marked.headers["ETag"])
    assert [(each["pupil_id"], each["designated"]) for each in again.json()["marks"]][-1] == (first, False)
    same = await _ask(callers, "PUT", f"{path}/designated", {"pupil_ids": [second]}, again.headers["ETag"])
    assert same.json() == again.json()

    states = [ScreeningChanged.model_validate(each) for each in await registration.events("screening")]
    newest = {str(each.pupil_id): each for each in states}
    assert (newest[first].aggregate_version, newest[second].aggregate_version) == (3, 2)
    assert [one.designated for one in newest[second].selections] == [True]
    assert [one.designated for one in newest[first].selections] == [False]
    assert newest[first].selections[0].reasons == ("low_wellbeing", "vulnerable_share")
    assert len(newest) == 6
    assert "Ring til" not in str(states)


async def test_a_reversal_is_kept_with_its_reason_and_ends_all_changes(
    callers: Callers, registration: Registration
) -> None:
    made = await _class(callers, registration)
    path, etag = f"/v1/selections/{made.json()['selection_id']}", made.headers["ETag"]
    body = {"reversed_on": "2023-07-01", "reason": "Elev Nummer 2 flytter."}
    for day in ("2023-06-29", "2099-01-01"):
        refused = await _ask(callers, "POST", f"{path}/reversal", body | {"reversed_on": day}, etag)
        assert refused.status_code == 422
    assert (await _ask(callers, "POST", f"{path}/reversal", body)).status_code == 428
    key = {"Idempotency-Key": uuid4().hex}
    done = await _ask(callers, "POST", f"{path}/reversal", body, etag, **key)
    assert done.status_code == 200, done.text
    assert done.json()["reversal"]["reason"] == body["reason"]
    repeated = await _ask(callers, "POST", f"{path}/reversal", body, etag, **key)
    assert (repeated.status_code, repeated.json()) == (200, done.json())
    for method, where, what in (("POST", "reversal", body), ("PUT", "designated", {"pupil_ids": []})):
        ended = await _ask(callers, method, f"{path}/{where}", what, done.headers["ETag"])
        assert (ended.status_code, ended.json()["code"]) == (409, "selection.reversed")
    (row,) = await registration.rows("SELECT reversal_reason FROM selection", "101")
    assert b"flytter" not in row["reversal_reason"]
    state = ScreeningChanged.model_validate((await registration.events("screening"))[-1])
    assert str(state.selections[0].reversed_on) == "2023-07-01"
    read = await callers.ask("GET", path, "resource_team", "101")
    assert (read.json(), read.headers["ETag"]) == (done.json(), done.headers["ETag"])


async def test_decisions_are_listed_without_their_texts_to_their_own_school(
    callers: Callers, registration: Registration
) -> None:
    made = await _class(callers, registration)
    pupil = made.json()["pupils"][0]["pupil_id"]
    await _post(callers, await _body(registration, pupil_ids=[pupil], decided_on="2023-06-01"))

    async def listed(query: str = "", **more: Any) -> Any:
        answer = await callers.ask("GET", f"/v1/selections?municipality=101{query}", "resource_team", "101", **more)
        assert answer.status_code == 200, answer.text
        return answer

    found = (await listed()).json()["items"]
    assert [(each["kind"], each["pupils"]) for each in found] == [("pupil", 1), ("class", 6)]
    assert [each["kind"] for each in (await listed("&sort=-pupils&page_size=1")).json()["items"]] == ["class"]
    assert [each["kind"] for each in (await listed("&kind=pupil&is_reversed=false")).json()["items"]] == ["pupil"]
    assert (await listed("&is_reversed=true")).json()["items"] == []
    assert (await listed("", institutions=["910102"])).json()["items"] == []
    lines = (await listed(headers={"Accept": "text/csv"})).text.splitlines()
    assert len(lines) == 3
    assert "Ring til" not in str(found) + str(lines)
    other = await callers.ask("GET", "/v1/selections?municipality=101", "resource_team", "102")
    assert other.status_code == 404


async def test_another_school_can_neither_mark_nor_reverse(callers: Callers, registration: Registration) -> None:
    made = await _class(callers, registration)
    path, headers = f"/v1/selections/{made.json()['selection_id']}", {"If-Match": made.headers["ETag"]}
    for method, where, body in (
        ("PUT", "designated", {"pupil_ids": []}),
        ("POST", "reversal", {"reversed_on": "2023-07-01", "reason": "Nej."}),
    ):
        for codes, institutions in ((["102"], []), (["101"], ["910102"])):
            answer = await callers.ask(
                method, f"{path}/{where}", "school", *codes, json=body, headers=headers, institutions=institutions
            )
            assert (answer.status_code, answer.json()["code"]) == (404, "selection.not_found")
