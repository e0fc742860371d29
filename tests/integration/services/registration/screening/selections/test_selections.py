"""A selection is a person's decision, stored together with the screening of that day."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.factories.service import Callers
from tests.factories.subjects import subject
from tests.integration.services.registration.service import Registration
from tests.integration.services.registration.told import class_id, classroom, cpr, month_of, school_id, tell

REASON = "Ring til Elev Nummer 1 efter ferien."


async def _body(registration: Registration, **more: Any) -> dict[str, Any]:
    return {
        "school_id": str(await school_id(registration)),
        "kind": "pupil",
        "decided_on": "2023-06-30",
        "socially_vulnerable": True,
        "behind": ["wellbeing", "academically"],
        "reason": REASON,
        "parents_dialogue": "Møde den 27. juni.",
        **more,
    }


async def _post(callers: Callers, body: dict[str, Any], *municipalities: str, **more: Any) -> Any:
    return await callers.ask(
        "POST", "/v1/selections", "resource_team", *(municipalities or ("101",)), json=body, **more
    )


async def test_a_decision_is_kept_with_who_when_why_and_the_flags_of_the_day(
    callers: Callers, registration: Registration
) -> None:
    ids = await classroom(registration)
    await tell(registration.db, [month_of(ids[1], month, "11.5") for month in ("2022-09", "2022-11")])
    made = await _post(callers, await _body(registration, pupil_ids=[str(ids[1])]))
    assert made.status_code == 201, made.text
    selection = made.json()
    assert (selection["decided_by"], selection["decided_on"]) == (subject("a resource_team"), "2023-06-30")
    assert (selection["behind"], selection["reason"]) == (["academically", "wellbeing"], REASON)
    assert selection["pupils"][0]["verdicts"][0]["outcome"] == "flagged"

    # The list may change later; the stored basis of the decision does not.
    await tell(registration.db, [month_of(ids[1], "2022-09", "1", version=2)])
    read = await callers.ask("GET", f"/v1/selections/{selection['selection_id']}", "resource_team", "101")
    assert read.json() == selection


async def test_a_pupil_without_a_flag_can_be_selected_for_the_decision_is_a_persons(
    callers: Callers, registration: Registration
) -> None:
    ids = await classroom(registration)
    group = [str(ids[n]) for n in (3, 4)]
    made = (await _post(callers, await _body(registration, kind="group", pupil_ids=group))).json()
    assert {each["pupil_id"] for each in made["pupils"]} == set(group)
    assert made["pupils"][0]["verdicts"][0]["outcome"] == "not_flagged"


async def test_a_class_is_selected_with_everybody_in_it_on_the_day(
    callers: Callers, registration: Registration
) -> None:
    ids = await classroom(registration)
    chosen = str(await class_id(registration, "5A"))
    made = await _post(callers, await _body(registration, kind="class", class_id=chosen, reasons=["lost_teaching"]))
    assert made.json()["class_id"] == chosen
    assert {UUID(each["pupil_id"]) for each in made.json()["pupils"]} == set(ids.values())


async def test_texts_of_a_decision_are_encrypted(callers: Callers, registration: Registration) -> None:
    ids = await classroom(registration)
    await _post(callers, await _body(registration, pupil_ids=[str(ids[1])]))
    (row,) = await registration.rows("SELECT reason, parents_dialogue, selection::text AS whole FROM selection", "101")
    assert "Elev" not in row["whole"]
    assert REASON.encode() not in row["reason"]
    assert b"juni" not in row["parents_dialogue"]
    assert await registration.rows("SELECT * FROM selection", "102") == []
    assert await registration.rows("SELECT * FROM selection_pupil", "102") == []


@pytest.mark.parametrize("field", ["reason", "parents_dialogue"])
async def test_a_text_with_a_cpr_number_is_refused_by_its_place(
    callers: Callers, registration: Registration, field: str
) -> None:
    ids = await classroom(registration)
    number = cpr(1)
    body = await _body(registration, pupil_ids=[str(ids[1])]) | {field: f"Ring om {number[:6]} – {number[6:]}."}
    refused = await _post(callers, body)
    (error,) = refused.json()["errors"]
    assert (refused.status_code, error["code"], error["pointer"]) == (422, "text.identifier", f"/{field}")
    assert number[:6] not in refused.text
    assert await registration.rows("SELECT * FROM selection", "101") == []


async def test_each_wrong_target_is_refused_by_its_own_code(callers: Callers, registration: Registration) -> None:
    ids = await classroom(registration)
    one, two, room = str(ids[1]), str(ids[2]), str(await class_id(registration, "5A"))
    old = str(await class_id(registration, "4A", "2021/2022"))
    wrong: list[tuple[dict[str, Any], str, str]] = [
        ({"pupil_ids": []}, "selection.one_pupil", "/pupil_ids"),
        ({"pupil_ids": [one, two]}, "selection.one_pupil", "/pupil_ids"),
        ({"pupil_ids": [one], "class_id": room}, "selection.one_pupil", "/pupil_ids"),
        ({"kind": "group", "pupil_ids": [one]}, "selection.group", "/pupil_ids"),
        ({"kind": "class", "pupil_ids": [one], "class_id": room}, "selection.class", "/class_id"),
        ({"kind": "class"}, "selection.class", "/class_id"),
        ({"kind": "class", "reasons": ["shared_need"], "class_id": str(uuid4())}, "class.unknown", "/class_id"),
        ({"kind": "class", "reasons": ["shared_need"], "class_id": old}, "class.empty", "/class_id"),
        ({"kind": "class", "class_id": room}, "selection.reasons_missing", "/reasons"),
        ({"pupil_ids": [one], "reasons": ["shared_need"]}, "selection.reasons_not_of_class", "/reasons"),
        ({"pupil_ids": [one], "socially_vulnerable": False}, "selection.not_vulnerable", "/socially_vulnerable"),
        (
            {"pupil_ids": [one], "designated_pupil_ids": [two]},
            "selection.designated_not_selected",
            "/designated_pupil_ids",
        ),
        ({"pupil_ids": [one], "kept_list_id": str(uuid4())}, "kept_list.unknown", "/kept_list_id"),
        ({"kind": "group", "pupil_ids": [one, str(uuid4())]}, "pupil.not_at_school", "/pupil_ids/1"),
        ({"kind": "group", "pupil_ids": [one, one]}, "pupil.repeated", "/pupil_ids/1"),
        ({"pupil_ids": [one], "school_id": str(uuid4())}, "school.unknown", "/school_id"),
        ({"pupil_ids": [one], "decided_on": "2099-01-01"}, "selection.in_future", "/decided_on"),
        ({"pupil_ids": [one], "decided_on": "2020-06-30"}, "pupil.not_at_school", "/pupil_ids/0"),
    ]
    for more, code, pointer in wrong:
        answer = await _post(callers, await _body(registration, **more))
        problem = answer.json()
        assert (answer.status_code, problem["code"], problem["pointer"]) == (422, code, pointer), more
        assert one not in answer.text
    assert await registration.rows("SELECT * FROM selection", "101") == []


@pytest.mark.parametrize(
    "more",
    [
        {"behind": []},
        {"behind": ["music"]},
        {"reason": " "},
        {"kind": "school"},
        {"decided_on": "9999-12-31"},
        {"x": 1},
    ],
)
async def test_a_decision_that_leaves_out_what_must_be_said_is_refused(
    callers: Callers, registration: Registration, more: dict[str, Any]
) -> None:
    await registration.base()
    assert (await _post(callers, await _body(registration, **more))).status_code == 422


async def test_decisions_are_those_of_the_callers_schools(callers: Callers, registration: Registration) -> None:
    ids = await classroom(registration)
    body = await _body(registration, pupil_ids=[str(ids[1])])
    assert (await _post(callers, body, "102")).json()["code"] == "school.unknown"
    assert (await _post(callers, body, "101", institutions=["910102"])).json()["code"] == "school.unknown"
    assert (await callers.ask("POST", "/v1/selections", "secretariat", json=body)).status_code == 403
    path = f"/v1/selections/{(await _post(callers, body)).json()['selection_id']}"
    for answer in (
        await callers.ask("GET", path, "resource_team", "102"),
        await callers.ask("GET", path, "school", "101", institutions=["910102"]),
        await callers.ask("GET", f"/v1/selections/{uuid4()}", "resource_team", "101"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "selection.not_found")
