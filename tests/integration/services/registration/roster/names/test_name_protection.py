"""A protected name is shown to nobody: it stays protected until a file says otherwise, and the resource team alone has
it shown, for a reason, which is recorded.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from libs.shared.auth.principal import Principal, Role
from libs.shared.base.clock import danish_date
from libs.shared.db.scope import Scope
from libs.shared.privacy.sealed_texts import SealedTexts
from services.registration.roster.identity.sealing import PupilVault
from services.registration.roster.names.use_cases import Vaults, get_disclosure
from tests.factories.files import counts
from tests.factories.service import Callers
from tests.integration.services.registration.roster.xml_files import XmlSender, school
from tests.integration.services.registration.service import PUPIL_HEADER, Registration

NAME = "Hemmelige Zebrasen"
HEADER = PUPIL_HEADER.strip() + ";name_protected\n"
ROW = f"6101120008;ask00001;L1;{NAME};910101;2022/2023;5A;2022-08-01;2023-08-01"
OTHER = "6102120005;ask00002;L2;Ask Prøvesen;910101;2022/2023;5A;2022-08-01;2023-08-01"
ASKED: dict[str, Any] = {"purpose": "parents", "reason": "Samtale om forløbet", "days": 2}


@pytest.fixture(autouse=True)
async def accepted(callers: Callers, registration: Registration) -> None:
    await callers.set_municipality()
    await registration.base()


async def protected(registration: Registration) -> dict[bool, str]:
    """Pupil id by whether the name is protected."""
    return {
        row["name_protected"]: str(row["pupil_id"])
        for row in await registration.rows("SELECT pupil_id, name_protected FROM pupil", "101")
    }


async def disclose(
    callers: Callers, pupil_id: str, body: dict[str, Any] = ASKED, *codes: str, key: str | None = None, **how: Any
) -> httpx.Response:
    headers = {"Idempotency-Key": key or uuid4().hex}
    path = f"/v1/pupils/{pupil_id}/name-disclosures"
    role = how.pop("role", "resource_team")
    return await callers.ask("POST", path, role, *(codes or ("101",)), json=body, headers=headers, **how)


async def listed(callers: Callers, name: str, **how: Any) -> list[dict[str, Any]]:
    answer = await callers.ask("GET", f"/v1/{name}", "resource_team", "101", params={"municipality": "101"}, **how)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_a_file_without_the_column_does_not_end_a_protection(
    callers: Callers, registration: Registration
) -> None:
    assert counts(await registration.send("pupils", f"{HEADER}{ROW};ja\n{OTHER};\n")) == (2, 0, 0, 0)
    both = await protected(registration)
    assert both.keys() == {True, False}
    for unsaid in (PUPIL_HEADER + ROW + "\n", f"{HEADER}{ROW};\n"):
        assert counts(await registration.send("pupils", unsaid)) == (0, 1, 0, 0)
        assert await protected(registration) == both
    # A changed name does not end it either.
    await registration.send("pupils", PUPIL_HEADER + ROW.replace("Hemmelige", "Helt Hemmelige") + "\n")
    assert await protected(registration) == both
    assert counts(await registration.send("pupils", f"{HEADER}{ROW};FALSK\n")) == (1, 0, 0, 0)
    assert (await protected(registration)).keys() == {False}
    changes = await listed(callers, "name-protections")
    assert [(each["pupil_id"], each["name_protected"]) for each in changes] == [(both[True], False), (both[True], True)]
    # Neither of it is on the bus.
    assert not any("name" in key for event in await registration.events("pupil") for key in event)


async def test_rows_of_one_file_that_contradict_each_other_protect(registration: Registration) -> None:
    later = ROW.replace("5A;2022-08-01;2023-08-01", "5B;2023-01-09;2023-08-01")
    first = ROW.replace("2023-08-01", "2023-01-09")
    await registration.send("pupils", f"{HEADER}{first};true\n{later};false\n")
    assert (await protected(registration)).keys() == {True}
    await registration.send("pupils", f"{HEADER}{later};0\n{first};1\n")
    assert (await protected(registration)).keys() == {True}


async def test_a_row_sent_alone_protects_and_an_odd_value_is_refused(
    callers: Callers, registration: Registration
) -> None:
    place = {"municipality_code": "101", "institution_number": "910101", "school_year": "2022/2023", "class_name": "5A"}
    body = place | {"cpr_number": "6101120008", "name": NAME, "valid_from": "2022-08-01", "name_protected": True}
    headers = {"Idempotency-Key": uuid4().hex}
    taken = await callers.ask("POST", "/v1/pupils", "municipality_integration", "101", json=body, headers=headers)
    assert (taken.status_code, taken.json()["outcome"]) == (200, "accepted"), taken.text
    assert NAME not in taken.text
    assert await protected(registration) == {True: taken.json()["pupil_id"]}
    refused = await registration.send("pupils", f"{HEADER}{OTHER};måske\n")
    assert dict(refused.refused_by_code) == {"value.unknown": 1}


async def test_the_resource_team_has_the_name_shown_and_others_see_that_it_did(
    callers: Callers, registration: Registration
) -> None:
    await registration.send("pupils", f"{HEADER}{ROW};true\n{OTHER};false\n")
    ids = await protected(registration)
    made = await disclose(callers, ids[True], key="once")
    assert (made.status_code, made.json()["name"], made.json()["sent_name"]) == (201, NAME, None), made.text
    path = made.headers["location"]
    for codes, institutions in ((("147",), []), (("101",), ["910102"])):
        hidden = await callers.ask("GET", path, "resource_team", *codes, institutions=institutions)
        assert (hidden.status_code, hidden.json()["code"]) == (404, "name_disclosure.not_found")
    again = await disclose(callers, ids[True], key="once")
    assert (again.json(), again.headers["location"]) == (made.json(), path)

    for subject, name in (("a resource_team", NAME), ("a colleague", None)):
        read = await callers.ask("GET", path, "resource_team", "101", subject=subject)
        assert (read.status_code, read.json()["name"]) == (200, name)
        assert read.json()["reason"] == ASKED["reason"]
    (record,) = await listed(callers, "name-disclosures", subject="a colleague")
    assert (record["pupil_id"], record["purpose"], record["reason"]) == (ids[True], "parents", ASKED["reason"])
    assert record["disclosed_by"] == made.json()["disclosed_by"]
    assert "name" not in record
    (stored,) = await registration.rows("SELECT * FROM name_disclosure", "101")
    assert stored["ends_at"] - stored["disclosed_at"] == timedelta(days=2)
    assert ASKED["reason"].encode() not in stored["reason"]


async def test_a_disclosure_ends_and_stays_as_it_was_recorded(callers: Callers, registration: Registration) -> None:
    await registration.send("pupils", f"{HEADER}{ROW};true\n")
    made = (await disclose(callers, (await protected(registration))[True])).json()
    vault = registration.vault
    vaults = Vaults(PupilVault(vault), SealedTexts(vault, "identity_case"), SealedTexts(vault, "name_disclosure"))
    same = Principal(made["disclosed_by"], frozenset({Role.RESOURCE_TEAM}), frozenset({"101"}))
    ends = datetime.fromisoformat(made["ends_at"])
    async with registration.db.read(Scope.of("101")) as session:
        for now, name in ((ends - timedelta(seconds=1), NAME), (ends, None), (ends + timedelta(days=9), None)):
            found = await get_disclosure(
                session, vaults, same, UUID(made["disclosure_id"]), now=now, today=danish_date(now)
            )
            assert (found.name, found.reason) == (name, ASKED["reason"])
    for statement in (
        "DELETE FROM name_disclosure",
        "UPDATE name_disclosure SET ends_at = ends_at + interval '1 day'",
        "UPDATE name_disclosure SET disclosed_by = 'nobody'",
    ):
        with pytest.raises(DBAPIError, match="kept as they were recorded"):
            async with registration.db.write(Scope.of("101")) as session:
                await session.execute(text(statement))


async def test_nobody_but_the_resource_team_of_the_pupil_has_it_shown(
    callers: Callers, registration: Registration
) -> None:
    await registration.send("pupils", f"{HEADER}{ROW};true\n")
    pupil_id = (await protected(registration))[True]
    headers = {"Idempotency-Key": uuid4().hex}
    path = f"/v1/pupils/{pupil_id}/name-disclosures"
    asking: list[tuple[str, tuple[str, ...], list[str], int]] = [
        ("resource_team", ("147",), [], 404),
        ("resource_team", ("101",), ["910102"], 404),
        ("school", ("101",), ["910101"], 403),
        ("municipality_integration", ("101",), [], 403),
        *((role, ("101",), [], 403) for role in ("secretariat", "evaluator", "auditor", "ops")),
    ]
    for role, codes, institutions, status in asking:
        answer = await callers.ask("POST", path, role, *codes, json=ASKED, headers=headers, institutions=institutions)
        assert answer.status_code == status, (role, answer.text)
        assert NAME not in answer.text
        assert status == 403 or answer.json()["code"] == "pupil.not_found"
    assert await registration.rows("SELECT * FROM name_disclosure", "101", "147") == []


async def test_what_is_wrong_with_a_request_has_its_own_code(callers: Callers, registration: Registration) -> None:
    await registration.send("pupils", f"{HEADER}{ROW};true\n{OTHER};\n")
    ids = await protected(registration)
    for pupil_id, body, status, code in (
        (str(uuid4()), ASKED, 404, "pupil.not_found"),
        (ids[False], ASKED, 409, "pupil.name_not_protected"),
        (ids[True], {**ASKED, "case_id": str(uuid4())}, 422, "identity_case.other_pupil"),
        (ids[True], {**ASKED, "days": 8}, 422, None),
        (ids[True], {**ASKED, "purpose": "curiosity"}, 422, None),
        (ids[True], {"purpose": "parents"}, 422, None),
        (ids[True], {**ASKED, "reason": "Om 610112-0008"}, 422, None),
    ):
        refused = await disclose(callers, pupil_id, body)
        assert refused.status_code == status, refused.text
        assert code is None or refused.json()["code"] == code
        assert refused.json()["messages"]["da"]
    assert await registration.rows("SELECT * FROM name_disclosure", "101") == []


@pytest.mark.parametrize("known_is_protected", [True, False])
async def test_an_identity_case_shows_neither_name_if_one_is_protected(
    callers: Callers, registration: Registration, *, known_is_protected: bool
) -> None:
    stays = "910101;2022/2023;5A;2022-08-01;2023-08-01"
    flags = ("true", "") if known_is_protected else ("", "true")
    await registration.send("pupils", f"{HEADER};;L7;{NAME};{stays};{flags[0]}\n")
    await registration.send("pupils", f"{HEADER};;L7;Anden Girafsen;{stays.replace('5A', '5B')};{flags[1]}\n")
    answer = await callers.ask("GET", "/v1/identity-cases", "resource_team", "101", params={"municipality": "101"})
    (case,) = answer.json()["items"]
    assert (case["known_name"], case["sent_name"], case["name_protected"]) == (None, None, True)
    assert not any(name in answer.text for name in ("Zebrasen", "Girafsen"))
    made = await disclose(callers, case["pupil_id"], {**ASKED, "purpose": "identity", "case_id": case["case_id"]})
    assert (made.status_code, made.json()["name"], made.json()["sent_name"]) == (201, NAME, "Anden Girafsen"), made.text


async def refused_csv(callers: Callers, registration: Registration, content: str, **how: Any) -> str:
    receipt = await registration.send("pupils", content, **how)
    assert receipt.refused
    path = f"/v1/imports/{receipt.id}/refused.csv"
    answer = await callers.ask("GET", path, "municipality_integration", "101")
    assert answer.status_code == 200
    return answer.text


async def test_refused_rows_are_handed_back_without_the_names_of_protected_pupils(
    callers: Callers, registration: Registration
) -> None:
    unknown = ROW.replace("5A", "9X")
    # The row says so itself, whatever it says but false.
    for said in ("true", "vistnok"):
        text = await refused_csv(callers, registration, f"{HEADER}{unknown};{said}\n{OTHER.replace('5A', '9X')};0\n")
        assert "Zebrasen" not in text
        assert "Ask Prøvesen" in text
    # The pupil is known as protected by any identifier, also if the file has no such column.
    await registration.send("pupils", f"{HEADER}{ROW};true\n")
    for row in (unknown, unknown.replace("6101120008", ""), unknown.replace("6101120008;ask00001", "6113120008;")):
        text = await refused_csv(callers, registration, f"{PUPIL_HEADER}{row}\n")
        assert ("Zebrasen" in text, "L1" in text) == (False, True), text
    # A row that cannot be split into columns.
    assert "Zebrasen" not in await refused_csv(callers, registration, f"{PUPIL_HEADER}{ROW};one;too;many\n")


async def test_the_attribute_of_skolegrunddata_protects_and_a_file_without_it_does_not_end_that(
    callers: Callers, registration: Registration
) -> None:
    sender = XmlSender(callers)

    async def sent(day: int, attribute: str) -> list[bool]:
        content = school({"5A": range(1, 3)}, day=day)
        before, number, after = content.partition("<LocalPersonId>L1</LocalPersonId>")
        after = after.replace(' protected="false"', attribute, 1)
        receipt = await sender.sent(before + number + after)
        assert receipt["state"] == "completed", receipt
        rows = await registration.rows("SELECT name_protected FROM pupil ORDER BY name_protected", "101")
        return [each["name_protected"] for each in rows]

    assert await sent(1, ' protected="true"') == [False, True]
    assert await sent(2, "") == [False, True]
    assert await sent(3, ' protected="0"') == [False, False]


async def test_who_is_joined_with_a_protected_pupil_is_protected_and_disclosures_follow(
    callers: Callers, registration: Registration
) -> None:
    later = "6102120005;ask00002;L2;Hemmelige Zebrasen;910101;2021/2022;4A;2021-08-01;2022-08-01"
    await registration.send("pupils", f"{HEADER}{ROW};true\n{later};\n")
    ids = await protected(registration)
    made = await disclose(callers, ids[True], subject="one of the team")
    assert made.status_code == 201
    path = f"/v1/pupils/{ids[False]}"
    read = await callers.ask("GET", f"{path}/history", "resource_team", "101")
    joined = await callers.ask(
        "POST",
        f"{path}/merge",
        "resource_team",
        "101",
        json={"merged_pupil_id": ids[True], "confirm_two_numbers": True},
        headers={"If-Match": read.headers["etag"], "Idempotency-Key": "merge"},
    )
    assert joined.status_code == 200, joined.text
    assert await protected(registration) == {True: ids[False]}
    (record,) = await listed(callers, "name-disclosures")
    assert record["pupil_id"] == ids[False]
    again = await callers.ask("GET", made.headers["location"], "resource_team", "101", subject="one of the team")
    assert again.json()["name"] == NAME
