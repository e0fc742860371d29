"""Which pupil a row is about: numbers that change, ids that go to another child, and the decisions of a person."""

import asyncio
from typing import Any
from uuid import UUID

from libs.shared.base.clock import danish_date, utc_now
from libs.shared.db.scope import Scope
from libs.shared.imports.parked import due
from libs.shared.privacy.sealed_texts import SealedTexts
from libs.shared.values.school_years import school_year_of
from services.registration.roster.identity.sealing import PupilVault, Sealed
from tests.factories.files import codes, counts
from tests.factories.service import Callers
from tests.integration.services.registration.service import PUPIL_HEADER, Registration

FIRST = "{};;7;Første Prøvesen 1;910101;2022/2023;5A;2022-08-01;2022-10-01\n"
SECOND = "{};;7;Anden Opdigtsen 2;910102;2022/2023;5A;2022-11-01;2023-08-01\n"
ASK = "{};{};{};Ask Prøvesen;910101;2022/2023;5A;2022-08-01;2023-08-01\n"
TEAM = "resource_team"
THIS_YEAR = school_year_of(danish_date(utc_now()))


async def send(registration: Registration, *rows: str) -> tuple[int, int, int, int]:
    """Send a file of pupils; returns (accepted, unchanged, parked, refused)."""
    return counts(await registration.send("pupils", PUPIL_HEADER + "".join(rows)))


async def played(registration: Registration) -> None:
    """Wait until no due row is left. The service's own worker may replay some of them."""
    left = "SELECT (SELECT count(*) FROM replay_due) + (SELECT count(*) FROM parked_row WHERE due) AS rows"
    async with asyncio.timeout(60):
        while (await registration.rows(left, "101"))[0]["rows"]:
            await registration.settle()


async def pupils(registration: Registration) -> dict[str, dict[str, Any]]:
    """Name → id, identifiers and the number of memberships."""
    vault = PupilVault(registration.vault)
    found = {}
    sql = "SELECT p.*, (SELECT count(*) FROM membership m WHERE m.pupil_id = p.pupil_id) AS memberships FROM pupil p"
    for row in await registration.rows(sql, "101"):
        opened = {each.value: vault.open(row["pupil_id"], each, row[each.value]) for each in Sealed}
        found[str(opened["name"])] = {**opened, "pupil_id": row["pupil_id"], "memberships": row["memberships"]}
    return found


async def cases(callers: Callers, *institutions: str) -> list[dict[str, Any]]:
    """The open cases for the team of the municipality, or of these institutions."""
    asked = {"params": {"municipality": "101"}, "institutions": list(institutions)}
    answer = await callers.ask("GET", "/v1/identity-cases", TEAM, "101", **asked)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def decide(callers: Callers, case_id: str, decision: str, **more: Any) -> tuple[int, str | None]:
    """Decide a case; returns the status and the code of the answer."""
    path = f"/v1/identity-cases/{case_id}/decision"
    answer = await callers.ask("POST", path, TEAM, "101", json={"decision": decision}, **more)
    return answer.status_code, answer.json().get("code")


async def test_a_changed_cpr_number_beside_matching_identifiers_is_taken_with_history(
    registration: Registration,
) -> None:
    await registration.base()
    await send(registration, ASK.format("6101120008", "ask00001", "L1"))
    assert await send(registration, ASK.format("6201120008", "ask00001", "L1")) == (1, 0, 0, 0)
    before, after = await registration.events("pupil")
    assert (before["pupil_id"], before["person_id"]) == (after["pupil_id"], after["person_id"])
    assert len([key for key in after["lookup_keys"] if key["kind"] == "cpr_number"]) == 2, (
        "the old number finds it, too"
    )
    (pupil,) = (await pupils(registration)).values()
    assert pupil["cpr_number"] == "6201120008"
    (former,) = await registration.rows("SELECT * FROM former_identifier", "101")
    opened = SealedTexts(registration.vault, "former_identifier").open(former["former_id"], "value", former["value"])
    assert (former["pupil_id"], former["kind"], opened) == (pupil["pupil_id"], "cpr_number", "6101120008")
    # A list that still has only the old number is about the same pupil, and does not restore the number.
    assert await send(registration, ASK.format("6101120008", "", "")) == (0, 1, 0, 0)
    (pupil,) = (await pupils(registration)).values()
    assert pupil["cpr_number"] == "6201120008"


async def test_a_changed_cpr_number_beside_one_identifier_and_the_name_is_taken(registration: Registration) -> None:
    await registration.base()
    await send(registration, ASK.format("6101120008", "", "L1"), ASK.format("6301120008", "bo000002", ""))
    assert await send(registration, ASK.format("6201120008", "", "L1")) == (1, 0, 0, 0)
    assert await send(registration, ASK.format("6401120008", "bo000002", "")) == (1, 0, 0, 0)
    assert len(await registration.rows("SELECT * FROM pupil", "101")) == 2


async def test_an_id_that_comes_to_a_child_with_another_number_is_refused_and_the_remedy_works(
    registration: Registration,
) -> None:
    await registration.base()
    await send(registration, FIRST.format("6501124001"))
    again = await registration.send("pupils", PUPIL_HEADER + SECOND.format("6501124002"))
    assert codes(again) == {"pupil.identifiers_conflict": 1}
    assert await send(registration, SECOND.format("6501124002").replace(";7;", ";;")) == (1, 0, 0, 0)
    assert {each["memberships"] for each in (await pupils(registration)).values()} == {1}


async def test_an_id_alone_with_another_name_waits_and_is_listed_once(
    registration: Registration, callers: Callers
) -> None:
    await registration.base()
    await send(registration, FIRST.format(""))
    before = await registration.events("pupil")
    later = SECOND.replace("2022-11-01", "2023-01-01").replace("Anden Opdigtsen", "ANDEN  Opdigtsen")
    for _ in range(3):
        assert await send(registration, SECOND.format(""), later.format("")) == (0, 0, 2, 0)
    assert await registration.events("pupil") == before, "nothing is overwritten meanwhile"
    assert list(await pupils(registration)) == ["Første Prøvesen 1"]
    (case,) = await cases(callers)
    assert (case["known_name"], case["sent_name"], case["rows"]) == ("Første Prøvesen 1", "Anden Opdigtsen 2", 2)
    assert case["institution_number"] == "910102"
    stored = await registration.rows("SELECT payload, sealed FROM parked_row", "101")
    assert len(stored) == 2
    for row in stored:
        assert row["payload"] is None
        assert b"Opdigtsen" not in row["sealed"]


async def test_another_child_gets_the_id_and_the_first_keeps_what_it_has(
    registration: Registration, callers: Callers
) -> None:
    await registration.base()
    await send(registration, FIRST.format(""))
    await send(registration, SECOND.format(""))
    (case,) = await cases(callers)
    assert await decide(callers, case["case_id"], "another_pupil") == (200, None)
    await played(registration)
    found = await pupils(registration)
    assert {name: each["memberships"] for name, each in found.items()} == {
        "Første Prøvesen 1": 1,
        "Anden Opdigtsen 2": 1,
    }
    assert (found["Første Prøvesen 1"]["local_id"], found["Anden Opdigtsen 2"]["local_id"]) == (None, "7")
    told = {each["pupil_id"]: each for each in await registration.events("pupil")}
    assert told[str(found["Første Prøvesen 1"]["pupil_id"])]["lookup_keys"] == []
    assert len(told[str(found["Anden Opdigtsen 2"]["pupil_id"])]["lookup_keys"]) == 1
    assert await cases(callers) == []
    # The nightly file still has both children: each row finds its child without a new case.
    assert await send(registration, FIRST.format(""), SECOND.format("")) == (0, 2, 0, 0)
    earlier = FIRST.replace("2022/2023;5A;2022-08-01;2022-10-01", "2021/2022;4A;2021-08-01;2022-08-01")
    assert await send(registration, earlier.format("")) == (1, 0, 0, 0)
    assert (await pupils(registration))["Første Prøvesen 1"]["memberships"] == 2


async def test_the_same_child_gets_its_new_name(registration: Registration, callers: Callers) -> None:
    await registration.base()
    await send(registration, FIRST.format("6501124001"))
    await send(registration, SECOND.format(""))
    (case,) = await cases(callers)
    assert await decide(callers, case["case_id"], "same_pupil") == (200, None)
    await played(registration)
    (pupil,) = (await pupils(registration)).values()
    assert (pupil["name"], pupil["memberships"], pupil["cpr_number"]) == ("Anden Opdigtsen 2", 2, "6501124001")
    assert await send(registration, SECOND.format("")) == (0, 1, 0, 0)
    assert await send(registration, FIRST.format("")) == (1, 0, 0, 0), "the former name is decided, too"


async def test_a_decision_stands(registration: Registration, callers: Callers) -> None:
    await registration.base()
    await send(registration, FIRST.format(""))
    await send(registration, SECOND.format(""))
    (case,) = await cases(callers)
    assert await decide(callers, case["case_id"], "perhaps") == (422, "request.invalid")
    assert await decide(callers, case["case_id"], "same_pupil") == (200, None)
    assert await decide(callers, case["case_id"], "same_pupil") == (200, None)
    assert await decide(callers, case["case_id"], "another_pupil") == (409, "identity_case.decided")


async def test_a_team_of_institutions_decides_where_both_children_are_at_one_of_them(
    registration: Registration, callers: Callers
) -> None:
    await registration.base()
    years = "institution_number;school_year;name;grade;kind\n910101;{0};5A;5;ordinary\n910102;{0};5A;5;ordinary\n"
    await registration.send("classes", years.format(THIS_YEAR))
    begins, ends = f"{THIS_YEAR[:4]}-08-01", f"{THIS_YEAR[5:]}-08-01"
    row = f";;7;{{}};{{}};{THIS_YEAR};5A;{begins};{ends}\n"
    await send(registration, row.format("Første Prøvesen", "910101"))
    await send(registration, row.format("Anden Opdigtsen", "910102"))
    assert await cases(callers, "910101") == await cases(callers, "910102") == []
    (case,) = await cases(callers, "910101", "910102")
    for numbers in (["910101"], ["910102"]):
        refused = await decide(callers, case["case_id"], "same_pupil", institutions=numbers)
        assert refused == (404, "identity_case.not_found")
    assert await decide(callers, case["case_id"], "another_pupil", institutions=["910101", "910102"]) == (200, None)


async def test_two_new_children_with_one_id_wait_apart(registration: Registration, callers: Callers) -> None:
    await registration.base()
    third = SECOND.replace("Anden Opdigtsen 2", "Tredje Digtet 3").replace("910102", "910101")
    assert await send(registration, FIRST.format(""), SECOND.format(""), third.format("")) == (1, 0, 2, 0)
    found = {each["sent_name"]: each for each in await cases(callers)}
    assert {name: each["rows"] for name, each in found.items()} == {"Anden Opdigtsen 2": 1, "Tredje Digtet 3": 1}
    for each in found.values():
        await decide(callers, each["case_id"], "another_pupil")
        await played(registration)
    assert {each["memberships"] for each in (await pupils(registration)).values()} == {1}
    assert len(await pupils(registration)) == 3


async def test_a_decision_holds_also_when_the_id_went_on_to_another_child_meanwhile(
    registration: Registration, callers: Callers
) -> None:
    """The row then waits for a case about that child, not for the decided one."""
    await registration.base()
    third = SECOND.replace("Anden Opdigtsen 2", "Tredje Digtet 3").replace("910102", "910101")
    await send(registration, FIRST.format(""), SECOND.format(""), third.format(""))
    found = {each["sent_name"]: each for each in await cases(callers)}
    await decide(callers, found["Tredje Digtet 3"]["case_id"], "another_pupil")
    await played(registration)
    async with registration.db.write(Scope.of("101")) as session:
        await due(session, "101", pupils=[UUID(found["Anden Opdigtsen 2"]["pupil_id"])])
    await played(registration)
    (waits,) = await cases(callers)
    assert (waits["known_name"], waits["sent_name"]) == ("Tredje Digtet 3", "Anden Opdigtsen 2")
    await decide(callers, found["Anden Opdigtsen 2"]["case_id"], "another_pupil")
    await played(registration)
    assert {name: each["memberships"] for name, each in (await pupils(registration)).items()} == {
        "Første Prøvesen 1": 1,
        "Anden Opdigtsen 2": 1,
        "Tredje Digtet 3": 1,
    }
    assert await cases(callers) == []


async def test_what_makes_it_plain_later_lets_the_rows_go_by_themselves(
    registration: Registration, callers: Callers
) -> None:
    await registration.base()
    await send(registration, FIRST.format("6501124001"))
    await send(registration, SECOND.format(""))
    renamed = FIRST.format("6501124001").replace("Første Prøvesen", "Anden Prøvesen")
    assert await send(registration, renamed) == (1, 0, 0, 0)
    await played(registration)
    (pupil,) = (await pupils(registration)).values()
    assert (pupil["name"], pupil["memberships"]) == ("Anden Opdigtsen 2", 2)
    assert await cases(callers) == []


async def test_what_was_never_there_is_not_withdrawn_and_letters_in_two_parts_are_the_same(
    registration: Registration,
) -> None:
    await registration.base()
    await send(registration, ASK.format("6101120008", "ask00001", "L1"))
    never = ASK.format("6101120008", "ask00001", "L1").replace("5A;2022-08-01;2023-08-01", "5B;2022-09-01;2022-09-01")
    nobody = never.replace("6101120008;ask00001;L1", "6201120008;bo000002;L2")
    assert await send(registration, never, nobody) == (0, 2, 0, 0)
    assert len(await registration.events("pupil")) == len(await pupils(registration)) == 1
    # A letter in decomposed form is the same letter, so the name agrees.
    await send(registration, ";;7;Åsa Prøvesen;910101;2022/2023;5A;2022-08-01;2022-10-01\n")
    parts = ";;7;A\u030asa Opdigtsen;910101;2022/2023;5A;2022-11-01;2023-08-01\n"
    assert await send(registration, parts) == (1, 0, 0, 0)
