"""Drafts, history, conditions and secrecy of the answers to the 13 questions."""

from typing import Any
from uuid import uuid4

from tests.factories.service import Callers
from tests.integration.services.registration.service import Registration
from tests.integration.services.registration.told import classroom, school_id

SAID = "Taler sjældent i timerne."


async def _begin(callers: Callers, registration: Registration, about: list[str], **more: Any) -> Any:
    body = {
        "school_id": str(await school_id(registration)),
        "pupil_ids": about,
        "as_of": "2023-06-30",
        "answers": [{"question": "Q1", "text": SAID}, {"question": "Q10", "answer": "no"}],
        **more,
    }
    return await callers.ask("POST", "/v1/assessments", "resource_team", "101", json=body)


async def test_a_draft_is_saved_again_and_every_version_is_kept(callers: Callers, registration: Registration) -> None:
    ids = await classroom(registration)
    made = await _begin(callers, registration, [str(ids[1]), str(ids[2])])
    assert made.status_code == 201, made.text
    first, path = made.json(), f"/v1/assessments/{made.json()['assessment_id']}"
    assert (first["status"], first["version"], len(first["unanswered"])) == ("draft", 1, 11)
    assert sorted(first["pupil_ids"]) == sorted([str(ids[1]), str(ids[2])])
    body = {"status": "final", "answers": [{"question": "Q8", "answer": "partly"}]}

    async def save(etag: str | None) -> Any:
        headers = {} if etag is None else {"If-Match": etag}
        return await callers.ask("PUT", path, "resource_team", "101", json=body, headers=headers)

    assert (await save(None)).status_code == 428
    saved = await save(made.headers["ETag"])
    assert (saved.status_code, saved.json()["status"], saved.json()["version"]) == (200, "final", 2)
    assert (await save(made.headers["ETag"])).status_code == 412
    read = await callers.ask("GET", path, "resource_team", "101")
    assert (read.json(), read.headers["ETag"]) == (saved.json(), saved.headers["ETag"])
    versions = (await callers.ask("GET", f"{path}/versions?sort=-version", "resource_team", "101")).json()["items"]
    assert [(each["version"], each["status"]) for each in versions] == [(2, "final"), (1, "draft")]
    assert versions[1]["answers"][0]["text"] == SAID
    listed = await callers.ask("GET", "/v1/assessments?municipality=101&status=final", "resource_team", "101")
    assert [(each["pupils"], each["version"]) for each in listed.json()["items"]] == [(2, 2)]
    assert SAID not in listed.text
    for row in await registration.rows("SELECT answers, v::text AS whole FROM assessment_version AS v", "101"):
        assert SAID.encode() not in row["answers"]
        assert SAID not in row["whole"]
    assert not any("assessment" in str(each) for each in await registration.events("screening"))


async def test_answers_are_refused_by_their_place_and_others_see_nothing(
    callers: Callers, registration: Registration
) -> None:
    ids = await classroom(registration)
    one = str(ids[1])
    for more, code, pointer in (
        ({"answers": [{"question": "Q3", "answer": "full"}]}, "assessment.answer", "/answers/0/answer"),
        ({"answers": [{"question": "Q1", "answer": "yes"}]}, "assessment.answer", "/answers/0/answer"),
        ({"answers": [{"question": "Q3", "answer": "no", "text": "x"}]}, "assessment.text", "/answers/0/text"),
        ({"answers": [{"question": "Q99", "answer": "no"}]}, "assessment.question_unknown", "/answers/0/question"),
        ({"as_of": "2099-01-01"}, "assessment.in_future", "/as_of"),
        ({"school_id": str(uuid4())}, "school.unknown", "/school_id"),
        ({"pupil_ids": [one, str(uuid4())]}, "pupil.not_at_school", "/pupil_ids/1"),
    ):
        refused = await _begin(callers, registration, [one], **more)
        assert (refused.status_code, refused.json()["code"], refused.json()["pointer"]) == (422, code, pointer)
    identifier = await _begin(callers, registration, [one], answers=[{"question": "Q1", "text": "610112-0001"}])
    assert identifier.status_code == 422
    made = await _begin(callers, registration, [one])
    path = f"/v1/assessments/{made.json()['assessment_id']}"
    for codes, institutions in (("102", []), ("101", ["910102"])):
        for address in (path, f"{path}/versions"):
            answer = await callers.ask("GET", address, "school", codes, institutions=institutions)
            assert (answer.status_code, answer.json()["code"]) == (404, "assessment.not_found")
    asked = await callers.ask("GET", "/v1/assessment-questions?as_of=2023-06-30", "school", "101")
    assert [each["id"] for each in asked.json()["questions"]] == [f"Q{number}" for number in range(1, 14)]
