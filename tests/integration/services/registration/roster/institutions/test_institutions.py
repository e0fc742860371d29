"""The owner of an institution number: by the register, by the secretariat's decision, or else by first use."""

from typing import Any

from sqlalchemy import text

from libs.shared.base.clock import danish_date, utc_now
from libs.shared.db.scope import Access, Scope
from tests.factories.files import codes, counts
from tests.factories.service import Callers
from tests.integration.services.registration.service import ASK, CLASSES, PUPIL_HEADER, SCHOOLS, Registration
from tests.integration.services.registration.told import school_id

COUNTRY = "000"
REGISTER = "institution_number;name;municipality_code;valid_from;valid_to\n"
HEADER = "institution_number;name;kind\n"
_FIRST = {"If-None-Match": "*"}


def school(number: str, name: str = "Skolen") -> str:
    return f"{HEADER}{number};{name};public\n"


async def register(registration: Registration, *rows: str) -> tuple[int, int, int, int]:
    return counts(await registration.send("institutions", REGISTER + "".join(f"{row}\n" for row in rows), COUNTRY))


async def standings(callers: Callers, **query: str) -> dict[tuple[str, str], str]:
    """(number, municipality) → standing, as the secretariat sees it."""
    answer = await callers.ask("GET", "/v1/institutions", "secretariat", params=query)
    assert answer.status_code == 200, answer.text
    return {
        (each["institution_number"], each["municipality_code"]): each["standing"] for each in answer.json()["items"]
    }


async def tombstones(registration: Registration) -> list[str]:
    sql = "SELECT key FROM outbox WHERE topic = 'registration.school' AND value IS NULL"
    return [row["key"] for row in await registration.rows(sql)]


async def test_with_a_register_each_reason_against_a_number_has_its_code(registration: Registration) -> None:
    rows = (
        "910101;Nord;101;;",
        "910102;Syd;147;;",
        "910103;Øst;101;2000-08-01;2015-08-01",
        f"910104;Vest;101;{danish_date(utc_now()).year + 1}-08-01;",
    )
    assert await register(registration, *rows) == (4, 0, 0, 0)
    files = {
        "910101": {},
        "910102": {"institution_number.other_municipality": 1},
        "910103": {"institution_number.expired": 1},
        "910104": {},  # it begins later: schools may be sent in advance
        "910105": {"institution_number.not_registered": 1},
    }
    for number, refused in files.items():
        assert codes(await registration.send("schools", school(number))) == refused, number


async def test_a_register_is_corrected_and_withdrawn_by_its_key_and_no_two_rows_overlap(
    registration: Registration,
) -> None:
    assert await register(registration, "910101;Nord;101;2000-08-01;", "910102;Syd;147;2000-08-01;") == (2, 0, 0, 0)
    assert await register(registration, "910101;Nord;101;2000-08-01;", "910102;Syd;147;2010-08-01;") == (0, 1, 0, 1)
    assert await register(registration, "910101;Nord;101;2000-08-01;1999-08-01", "91010;x;101;;") == (0, 0, 0, 2)
    assert await register(registration, "910102;Syd;147;2000-08-01;2010-08-01", "910102;Syd;101;2010-08-01;") == (
        2,
        0,
        0,
        0,
    )
    assert codes(await registration.send("schools", school("910102"), "147")) == {
        "institution_number.other_municipality": 1
    }
    assert codes(await registration.send("schools", school("910102"))) == {}
    assert await register(registration, "910101;Nord;101;2000-08-01;2000-08-01") == (1, 0, 0, 0)
    assert codes(await registration.send("schools", school("910101"))) == {"institution_number.not_registered": 1}


async def test_nobody_but_the_secretariat_loads_a_register_and_it_sends_no_other_file(callers: Callers) -> None:
    async def send(role: str, kind: str, code: str, *codes_of_token: str) -> tuple[int, str]:
        headers = {"Content-Type": "text/csv", "Idempotency-Key": f"{role} {kind} {code}".replace(" ", "-")}
        params = {"kind": kind, "municipality": code}
        body = (REGISTER + "910101;Nord;101;;\n").encode()
        answer = await callers.ask(
            "POST", "/v1/imports", role, *codes_of_token, params=params, headers=headers, content=body
        )
        return answer.status_code, answer.json().get("code", "")

    assert (await send("secretariat", "institutions", COUNTRY))[0] == 202
    assert await send("secretariat", "institutions", "101") == (404, "not_found")
    assert await send("secretariat", "schools", COUNTRY) == (422, "import.kind_unknown")
    assert await send("municipality_integration", "institutions", "101", "101") == (422, "import.kind_unknown")
    assert (await send("municipality_integration", "institutions", COUNTRY, COUNTRY))[0] in {404, 422}
    kinds = [each["name"] for each in (await callers.ask("GET", "/v1/imports/kinds", "secretariat")).json()]
    assert kinds == ["institutions"]


async def test_without_a_register_first_use_is_listed_until_the_secretariat_confirms_it(
    callers: Callers, registration: Registration
) -> None:
    await registration.send("schools", SCHOOLS)
    waiting = {("910101", "101"): "first_use", ("910102", "101"): "first_use"}
    assert await standings(callers, standing="first_use") == waiting
    first = (await callers.ask("GET", "/v1/institutions?page_size=1", "secretariat")).json()
    then = await callers.ask(
        "GET", f"/v1/institutions?page_size=1&page_token={first['next_page_token']}", "secretariat"
    )
    assert [each["institution_number"] for each in then.json()["items"]] == ["910102"]
    told = len(await registration.events("school"))
    path = "/v1/institutions/910101"
    assert (await callers.ask("GET", path, "secretariat")).status_code == 404
    own = {"municipality_code": "101"}
    answers = [
        await callers.ask("PUT", path, "secretariat", json=own, headers=headers)
        for headers in ({}, {"If-Match": "*"}, _FIRST, _FIRST)
    ]
    assert [each.status_code for each in answers] == [428, 412, 201, 412]
    read = await callers.ask("GET", path, "secretariat")
    assert (read.json(), read.headers["ETag"]) == (answers[2].json(), answers[2].headers["ETag"])
    again = await callers.ask("PUT", path, "secretariat", json=own, headers={"If-Match": read.headers["ETag"]})
    assert (again.status_code, again.json()) == (200, read.json())
    assert await standings(callers, standing="first_use") == {("910102", "101"): "first_use"}
    assert len(await registration.events("school")) == told
    for role in ("municipality_integration", "school", "resource_team", "ops", "evaluator"):
        assert (await callers.ask("GET", "/v1/institutions", role, "101")).status_code == 403
        assert (await callers.ask("GET", path, role, "101")).status_code == 403
        assert (await callers.ask("PUT", path, role, "101", json={"municipality_code": "147"})).status_code == 403


async def _squatted(registration: Registration) -> str:
    """147 uses number 910101 with a class and a pupil; returns the id of its school."""
    await registration.send("schools", school("910101", "Tyveriet"), "147")
    await registration.send("classes", CLASSES.split("910102")[0], "147")
    sent = await registration.send("pupils", PUPIL_HEADER + ASK, "147")
    assert counts(sent) == (1, 0, 0, 0)
    assert codes(await registration.send("schools", school("910101"))) == {"institution_number.taken": 1}
    return str(await school_id(registration, "910101", "147"))


async def _is_101s(registration: Registration, callers: Callers, squatter: str) -> None:
    """Check that the rightful municipality can use the number, and that nobody sees the squatter's school."""
    assert codes(await registration.send("classes", CLASSES.split("910102")[0])) == {}
    assert counts(await registration.send("pupils", PUPIL_HEADER + ASK)) == (1, 0, 0, 0)
    assert await tombstones(registration) == [squatter]
    assert await standings(callers, standing="refused") == {("910101", "147"): "refused"}
    gone = await callers.ask("GET", f"/v1/schools/{squatter}/classes", "resource_team", "147")
    assert (gone.status_code, gone.json()["code"]) == (404, "school.not_found")
    listed = await callers.ask("GET", "/v1/schools?municipality=147", "resource_team", "147")
    assert listed.json()["items"] == []
    refused = await registration.send("pupils", PUPIL_HEADER + ASK, "147")
    assert codes(refused) == {"institution_number.unknown": 1}
    asked = {"municipality_code": "147", "local_ids": ["L1"]}
    (found,) = (await callers.ask("POST", "/v1/pupils/look-ups", "resource_team", "147", json=asked)).json()["items"]
    assert found["memberships"] == []


async def test_with_a_register_the_rightful_municipality_gets_its_number_from_a_squatter(
    callers: Callers, registration: Registration
) -> None:
    squatter = await _squatted(registration)
    await register(registration, "910101;Nord;101;;")
    assert await standings(callers, standing="disputed") == {("910101", "147"): "disputed"}
    assert codes(await registration.send("schools", school("910101"), "147")) == {
        "institution_number.other_municipality": 1
    }
    assert codes(await registration.send("classes", CLASSES.split("910102")[0], "147")) == {
        "institution_number.unknown": 3
    }
    assert codes(await registration.send("schools", school("910101"))) == {}
    await _is_101s(registration, callers, squatter)


async def test_without_a_register_the_secretariat_gives_a_number_to_the_rightful_municipality(
    callers: Callers, registration: Registration
) -> None:
    squatter = await _squatted(registration)
    path, decision = "/v1/institutions/910101", {"municipality_code": "101"}
    assert (await callers.ask("PUT", path, "secretariat", json=decision, headers=_FIRST)).status_code == 201
    assert codes(await registration.send("schools", school("910101"), "147")) == {
        "institution_number.other_municipality": 1
    }
    assert codes(await registration.send("schools", school("910101"))) == {}
    await _is_101s(registration, callers, squatter)
    # A later entry in the register prevails over the decision.
    await register(registration, "910101;Nord;147;;")
    refused = await callers.ask("PUT", path, "secretariat", json=decision)
    assert (refused.status_code, refused.json()["code"]) == (409, "institution.in_register")


async def test_a_number_that_is_nobody_s_is_nobody_s_to_send(callers: Callers, registration: Registration) -> None:
    await registration.send("schools", school("910101"))
    nobody: dict[str, Any] = {"municipality_code": None}
    path = "/v1/institutions/910101"
    assert (await callers.ask("PUT", path, "secretariat", json=nobody, headers=_FIRST)).status_code == 201
    assert codes(await registration.send("schools", school("910101"))) == {"institution_number.not_registered": 1}
    assert len(await tombstones(registration)) == 1


async def test_a_municipality_that_had_a_number_by_right_keeps_its_history(
    callers: Callers, registration: Registration
) -> None:
    await register(registration, "910101;Nord;147;;")
    await _had_by_right(registration)
    await register(registration, "910101;Nord;147;;2020-08-01", "910101;Nord;101;2020-08-01;")
    assert codes(await registration.send("schools", school("910101"))) == {}
    assert await standings(callers) == {("910101", "101"): "registered", ("910101", "147"): "former"}
    assert await tombstones(registration) == []
    old = await school_id(registration, "910101", "147")
    assert (await callers.ask("GET", f"/v1/schools/{old}/classes", "resource_team", "147")).status_code == 200
    refused = await registration.send("classes", CLASSES.split("910102")[0], "147")
    assert codes(refused) == {"institution_number.unknown": 3}


async def _had_by_right(registration: Registration) -> None:
    assert codes(await registration.send("schools", school("910101", "Nord"), "147")) == {}
    await registration.send("classes", CLASSES.split("910102")[0], "147")


async def test_no_municipality_writes_the_register(registration: Registration) -> None:
    await register(registration, "910101;Nord;101;;")
    update = "WITH changed AS (UPDATE institution SET belongs_to = '147' RETURNING 1) SELECT count(*) AS n FROM changed"
    async with registration.db.write(Scope.of("147")) as session:
        assert (await session.execute(text(update))).scalar_one() == 0
    sql = "SELECT belongs_to FROM institution"
    assert [row["belongs_to"] for row in await registration.rows(sql, "147")] == ["101"]
    assert await registration.rows("SELECT 1 FROM school", access=Access.EVALUATOR) == []
