"""What a row says of a protected name counts, too, where no row of a file is refused at once: a body, a file that is
rejected as a whole, and a row that waited first.
"""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from libs.shared.imports.receipts.receipt import Atomic, Mode
from tests.factories.service import Callers
from tests.integration.services.registration.roster.names.test_name_protection import HEADER, NAME, OTHER, ROW, listed
from tests.integration.services.registration.roster.names.test_refused_rows import NO_CLASS, NOT_APPLIED, codes, number
from tests.integration.services.registration.roster.pupils.test_single_pupil import ROW as BODY
from tests.integration.services.registration.roster.pupils.test_single_pupil import send
from tests.integration.services.registration.service import PUPIL_HEADER, Registration

REFUSED: dict[str, Any] = {**BODY, "name": NAME, "class_name": "9X", "name_protected": True}


@pytest.fixture(autouse=True)
async def accepted(callers: Callers, registration: Registration) -> None:
    await callers.set_municipality()
    await registration.base()
    await registration.send("pupils", f"{PUPIL_HEADER}{ROW}\n{OTHER}\n")


def errors(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [each["code"] for each in answer.json()["errors"]]


async def test_a_refused_body_protects_whom_it_is_certain_to_be_about(
    callers: Callers, registration: Registration
) -> None:
    assert errors(await send(callers, REFUSED, key="again")) == ["class.unknown"]
    assert await number(registration) == 1
    (change,) = await listed(callers, "name-protections")
    path = f"/v1/imports/{change['receipt_id']}"
    receipt = (await callers.ask("GET", path, "municipality_integration", "101")).json()
    assert [receipt[each] for each in ("state", "written", "rows", "refused", "refused_by_code")] == [
        *("completed", False, 1, 1),
        {"class.unknown": 1},
    ]
    assert await codes(callers, change["receipt_id"]) == [["class.unknown"]]
    # Again, and with a number that cannot be read: nothing is left to do, and there is no further receipt.
    assert errors(await send(callers, REFUSED, key="again")) == ["class.unknown"]
    assert errors(await send(callers, REFUSED | {"cpr_number": "12"})) == ["cpr_number.invalid"]
    assert len(await listed(callers, "name-protections")) == 1


@pytest.mark.parametrize(
    ("change", "how", "protects"),
    [
        ({"cpr_number": "12", "uni_login": None}, {}, 1),
        ({"cpr_number": None, "uni_login": None, "name": "En Anden"}, {}, 0),
        ({"uni_login": "ask00002"}, {}, 0),
        ({"cpr_number": "6103120002", "uni_login": "ny000001", "local_id": None}, {}, 0),
        ({}, {"institutions": ["910102"]}, 0),
    ],
    ids=["id and whole name", "an id alone", "two pupils", "nobody", "outside the sender's schools"],
)
async def test_a_refused_body_says_if_it_protects_nobody(
    callers: Callers, registration: Registration, change: dict[str, Any], how: dict[str, Any], protects: int
) -> None:
    found = errors(await send(callers, REFUSED | change, **how))
    assert (NOT_APPLIED in found, await number(registration)) == (not protects, protects)
    assert len(await listed(callers, "name-protections")) == protects


async def test_a_refused_body_that_does_not_say_so_or_of_a_municipality_that_declined_protects_nobody(
    callers: Callers, registration: Registration
) -> None:
    for said in (None, False):
        assert errors(await send(callers, REFUSED | {"name_protected": said})) == ["class.unknown"]
    await callers.set_municipality("declined")
    declined = await send(callers, REFUSED | {"cpr_number": "12"})
    assert (declined.status_code, declined.json()["code"]) == (403, "import.municipality_not_accepted")
    assert await number(registration) == 0


async def test_every_row_of_a_file_that_is_rejected_protects(callers: Callers, registration: Registration) -> None:
    """The row that is refused, and one that would have been taken."""
    unknown = NO_CLASS.replace("6101120008;ask00001;L1", "6103120002;ask00009;L9")
    content = f"{HEADER}\n{NO_CLASS};true\n{OTHER};ja\n{unknown};1\n"
    tried = await registration.finish(
        await registration.queue("pupils", content, atomic=Atomic.FILE, mode=Mode.VALIDATE)
    )
    assert await number(registration) == 0
    rejected = await registration.finish(await registration.queue("pupils", content, atomic=Atomic.FILE))
    assert (tried.state, rejected.state, rejected.refused) == ("rejected", "rejected", 2)
    assert await number(registration) == 2
    assert await codes(callers, rejected.id) == [["class.unknown"], ["class.unknown", NOT_APPLIED]]
    assert {each["receipt_id"] for each in await listed(callers, "name-protections")} == {str(rejected.id)}
    # A file that is taken says so by itself.
    taken = await registration.finish(await registration.queue("pupils", f"{HEADER}{OTHER};nej\n", atomic=Atomic.FILE))
    assert (taken.state, await number(registration)) == ("completed", 1)


async def wait(registration: Registration, callers: Callers, name: str) -> tuple[str, str]:
    """A row with the id of a pupil and another name, in a class where the pupil is not: its receipt, and the case."""
    stays = "910101;2022/2023;5B;2022-08-01;2023-08-01"
    sent = await registration.send("pupils", f"{HEADER};;L1;{name};{stays};true\n")
    assert (sent.parked, await number(registration)) == (1, 0)
    cases = await callers.ask("GET", "/v1/identity-cases", "resource_team", "101", params={"municipality": "101"})
    (case,) = cases.json()["items"]
    return str(sent.id), case["case_id"]


async def test_a_row_that_waited_and_is_refused_protects_the_pupil_whom_a_person_named(
    callers: Callers, registration: Registration
) -> None:
    receipt_id, case_id = await wait(registration, callers, "Nyt Efternavn")
    path, decision = f"/v1/identity-cases/{case_id}/decision", {"decision": "same_pupil"}
    headers = {"Idempotency-Key": uuid4().hex}
    await callers.ask("POST", path, "resource_team", "101", json=decision, headers=headers)
    await registration.settle()
    assert await codes(callers, receipt_id) == [["membership.overlap"]]
    assert await number(registration) == 1
    (change,) = await listed(callers, "name-protections")
    assert change["receipt_id"] == receipt_id


async def test_a_row_that_waited_too_long_says_that_it_protects_nobody(
    callers: Callers, registration: Registration
) -> None:
    receipt_id, _ = await wait(registration, callers, "Nyt Efternavn")
    await registration.change("UPDATE parked_row SET until = '2022-01-01', due = true", "101")
    await registration.settle()
    assert await codes(callers, receipt_id) == [["row.identity_undecided", NOT_APPLIED]]
    assert await number(registration) == 0
