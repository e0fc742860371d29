"""A sender held to institutions writes only about these, and a school sees only its present pupils."""

from datetime import date
from uuid import uuid4

from libs.shared.base.clock import danish_date, utc_now
from tests.factories.service import Callers
from tests.integration.services.registration.service import PUPIL_HEADER, Registration
from tests.integration.services.registration.told import class_id, classroom, cpr, school_id

INDICATORS = "cpr_number;indicator;subject;grade;date;value\n"


async def send(callers: Callers, kind: str, content: str, *institutions: str) -> dict[str, object]:
    """Send a file as the integration of these institutions, or of the municipality."""
    headers = {"Content-Type": "text/csv", "Idempotency-Key": uuid4().hex, "Prefer": "wait=30"}
    answer = await callers.ask(
        "POST",
        "/v1/imports",
        "municipality_integration",
        "101",
        params={"kind": kind, "municipality": "101"},
        headers=headers,
        content=content.encode(),
        institutions=list(institutions),
    )
    assert answer.status_code == 200, answer.text
    receipt: dict[str, object] = answer.json()
    return {name: receipt[name] for name in ("accepted", "parked", "refused_by_code")}


async def test_a_sender_of_one_school_writes_about_it_alone(callers: Callers, registration: Registration) -> None:
    await callers.set_municipality()
    await registration.base()
    outside = {"institution_number.outside_scope": 1}
    files = {
        "schools": "institution_number;name;kind\n910101;Nord;public\n910102;Syd;private\n",
        "classes": "institution_number;school_year;name;grade;kind\n"
        "910101;2022/2023;7A;7;ordinary\n910102;2022/2023;7A;7;ordinary\n",
        "calendars": "institution_number;date\n910101;2022-09-05\n910102;2022-09-05\n",
        "pupils": PUPIL_HEADER + "6101120008;;L1;Ask;910101;2022/2023;5A;2022-08-01;\n"
        "6201120008;;L2;Bo;910102;2022/2023;5A;2022-08-01;\n",
    }
    for kind, content in files.items():
        found = await send(callers, kind, content, "910101")
        assert found == {"accepted": 1, "parked": 0, "refused_by_code": outside}, kind
    await send(callers, "pupils", files["pupils"])
    rows = [f"{number};national_test;reading;5;2022-10-01;god\n" for number in ("6101120008", "6201120008")]
    rows.append("6301120008;national_test;reading;5;2022-10-01;god\n")  # an unknown pupil
    found = await send(callers, "indicators", INDICATORS + "".join(rows), "910101")
    assert found == {"accepted": 1, "parked": 0, "refused_by_code": {"pupil.outside_scope": 2}}
    found = await send(callers, "indicators", INDICATORS + "".join(rows))
    assert found == {"accepted": 1, "parked": 1, "refused_by_code": {}}
    # A stay of zero days at the sender's school would rename another school's pupil.
    renaming = PUPIL_HEADER + "6201120008;;;Omdøbt;910101;2022/2023;5A;2022-08-01;2022-08-01\n"
    found = await send(callers, "pupils", renaming, "910101")
    assert found == {"accepted": 0, "parked": 0, "refused_by_code": {"pupil.outside_scope": 1}}


async def test_a_gross_list_leaves_out_who_has_left_for_the_school_and_not_for_the_resource_team(
    callers: Callers, registration: Registration
) -> None:
    await classroom(registration, 2)
    today = danish_date(utc_now())
    year = today.year - (today.month < 8)
    classes = f"institution_number;school_year;name;grade;kind\n910101;{year}/{year + 1};9A;9;ordinary\n"
    await registration.send("classes", classes)
    staying = f"{cpr(1)};;L1;Elev Nummer 1;910101;{year}/{year + 1};9A;{date(year, 8, 1)};\n"
    assert (await registration.send("pupils", PUPIL_HEADER + staying)).accepted == 1
    path = f"/v1/schools/{await school_id(registration)}/gross-list?as_of=2023-06-30"
    school = (await callers.ask("GET", path, "school", "101", institutions=["910101"])).json()
    team = (await callers.ask("GET", path, "resource_team", "101")).json()
    assert (school["screened"], school["not_shown"]) == (1, 1)
    assert (team["screened"], team["not_shown"]) == (2, 0)
    body = {
        "school_id": str(await school_id(registration)),
        "kind": "class",
        "class_id": str(await class_id(registration, "5A")),
        "decided_on": "2023-06-01",
        "socially_vulnerable": True,
        "behind": ["wellbeing"],
        "reasons": ["shared_need"],
        "reason": "Fordi",
        "parents_dialogue": "Talt sammen",
    }
    made = await callers.ask("POST", "/v1/selections", "resource_team", "101", json=body)
    own = f"/v1/selections/{made.json()['selection_id']}"
    seen = (await callers.ask("GET", own, "school", "101", institutions=["910101"])).json()
    assert (len(seen["pupils"]), seen["not_shown"]) == (1, 1)


async def test_an_operator_takes_the_files_of_a_municipality_whatever_its_status(
    callers: Callers, registration: Registration
) -> None:
    path = "/v1/municipalities/101/imports"
    unknown = await callers.ask("PUT", path, "ops", json={"reason": "pilot"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "municipality.not_found")
    await callers.set_municipality("declined")

    async def sent() -> int:
        headers = {"Content-Type": "text/csv", "Idempotency-Key": uuid4().hex}
        params, content = (
            {"kind": "schools", "municipality": "101"},
            b"institution_number;name;kind\n910101;Nord;public\n",
        )
        role = "municipality_integration"
        answer = await callers.ask("POST", "/v1/imports", role, "101", params=params, headers=headers, content=content)
        return answer.status_code

    assert await sent() == 403
    for role in ("municipality_integration", "school", "evaluator"):
        assert (await callers.ask("PUT", path, role, "101", json={"reason": "pilot"})).status_code == 403
    days = {danish_date(utc_now()).isoformat()}
    for _ in range(2):
        answer = await callers.ask("PUT", path, "ops", json={"reason": "pilot"}, headers={"If-Match": "*"})
        assert answer.status_code == 200, answer.text
    days.add(danish_date(utc_now()).isoformat())  # another day if it is midnight
    assert await sent() == 202
    (listed,) = (await callers.ask("GET", "/v1/municipalities", "secretariat")).json()["items"]
    assert (listed["may_import"], listed["imports_enabled_reason"]) == (True, "pilot")
    assert listed["imports_enabled_on"] in days
    headers = {"If-Match": answer.headers["ETag"]}
    assert (await callers.ask("PUT", path, "secretariat", json={"reason": None})).status_code == 428
    for status in (200, 412):
        ended = await callers.ask("PUT", path, "secretariat", json={"reason": None}, headers=headers)
        assert ended.status_code == status
    assert await sent() == 403
    told = [(each["status"], each["imports_enabled"]) for each in await registration.events("municipality")]
    assert told == [("declined", False), ("declined", True), ("declined", False)]
