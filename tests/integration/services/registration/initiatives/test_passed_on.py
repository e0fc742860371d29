"""What a municipality passes on to its schools: the balance, corrections, schools of every kind, and who sees it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.registration.access import EVERY_MUNICIPALITY
from tests.factories.subjects import subject
from tests.integration.services.registration.initiatives.requests import Work, today
from tests.integration.services.registration.service import SCHOOLS
from tests.integration.services.registration.told import school_id


class Account:
    """The account of 101, which has 556 kr."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.place = "/municipalities/101/passed-on"
        self.schools: dict[str, str] = {}

    async def open(self) -> None:
        await self.work.divided("101", "147")
        await self.work.registration.send("schools", SCHOOLS, "101")
        for number in ("910101", "910102"):
            self.schools[number] = str(await school_id(self.work.registration, number))

    async def give(self, number: str, amount: int, *codes: str, **more: Any) -> Any:
        given_on = more.pop("given_on", today()).isoformat()
        body = {"school_id": self.schools.get(number, number), "amount": amount, "given_on": given_on}
        return await self.work.ask("POST", self.work.path + self.place, *(codes or ("101",)), json=body, **more)

    async def correct(self, entry_id: str, amount: int, reason: str = "Skolen ansatte senere.") -> Any:
        body = {"amount": amount, "reason": reason}
        return await self.work.change(
            "PUT", f"{self.place}/{entry_id}", "101", of=f"{self.place}/{entry_id}", json=body
        )

    async def listed(self, query: str = "", *codes: str, **more: Any) -> list[dict[str, Any]]:
        answer = await self.work.ask("GET", f"{self.work.path}{self.place}?{query}", *(codes or ("101",)), **more)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["items"]
        return found


@pytest.fixture
async def account(work: Work) -> Account:
    made = Account(work)
    await made.open()
    return made


async def test_a_released_grant_is_passed_on_to_public_and_private_schools_as_far_as_it_goes(account: Account) -> None:
    early = await account.give("910101", 1)
    assert (early.status_code, early.json()["code"]) == (409, "passed_on.balance")
    await account.work.release("101")
    public = await account.give("910101", 400)
    assert (public.status_code, public.headers["location"].rpartition("/")[0]) == (
        201,
        account.work.path + account.place,
    )
    assert (public.json()["school_kind"], public.json()["entered_by"]) == ("public", subject("a resource_team"))
    too_much = await account.give("910102", 157)
    assert (too_much.json()["code"], too_much.json()["messages"]["en"][:10]) == ("passed_on.balance", "156 kr. ar")
    assert (await account.give("910102", 156)).json()["school_kind"] == "private"
    found = await account.work.of("101")
    assert (found["released"], found["passed_on"], found["balance"]) == (556, 556, 0)
    assert [each["amount"] for each in await account.listed("sort=-amount")] == [400, 156]
    assert [each["institution_number"] for each in await account.listed("kind=private")] == ["910102"]
    assert [each["institution_number"] for each in await account.listed("institution=910101")] == ["910101"]


async def test_a_correction_has_a_reason_and_the_first_amount_stays_in_the_account_and_in_the_history(
    account: Account,
) -> None:
    await account.work.release("101")
    made = (await account.give("910101", 400)).json()
    entry_id = made["entry_id"]
    unread = await account.work.ask(
        "PUT", f"{account.work.path}{account.place}/{entry_id}", "101", json={"amount": 1, "reason": "Fejl"}
    )
    assert (unread.status_code, unread.json()["code"]) == (428, "precondition.required")
    corrected = (await account.correct(entry_id, 250)).json()
    assert (corrected["amount"], corrected["first_amount"], corrected["corrections"]) == (250, 400, 1)
    over = await account.correct(entry_id, 557)
    assert (over.status_code, over.json()["code"]) == (409, "passed_on.balance")
    assert (await account.correct(entry_id, 556)).status_code == 200
    assert (await account.correct(entry_id, 556)).json()["corrections"] == 2
    assert (await account.correct(entry_id, 0)).json()["amount"] == 0
    assert (await account.work.of("101"))["balance"] == 556
    steps = (await account.work.ask("GET", f"{account.work.path}/steps?municipality=101", "101")).json()["items"][-4:]
    assert [(each["step"], each["details"].get("before"), each["reason"]) for each in steps] == [
        ("passed_on", None, None),
        *(("passed_on_corrected", before, "Skolen ansatte senere.") for before in (400, 250, 556)),
    ]
    rows = await account.work.registration.rows("SELECT entry_id, corrects FROM initiative_passed_on", "101")
    correction = next(each["entry_id"] for each in rows if each["corrects"] is not None)
    path = f"{account.work.path}{account.place}/{correction}"
    again = await account.work.ask("GET", path, "101")
    assert (again.status_code, again.json()["code"]) == (409, "passed_on.is_correction")


async def test_each_fault_of_an_entry_has_its_own_code(account: Account) -> None:
    await account.work.release("101")
    await account.work.registration.send("schools", SCHOOLS.replace("9101", "9201"), "147")
    other = str(await school_id(account.work.registration, "920101", "147"))
    for school in (other, str(uuid4())):
        answer = await account.give(school, 1)
        assert (answer.status_code, answer.json()["code"]) == (422, "passed_on.school_unknown")
    both = await account.give(other, 1, "101", "147")
    assert both.json()["code"] == "passed_on.school_unknown"
    later = await account.give("910101", 1, given_on=today() + timedelta(days=1))
    assert (later.status_code, later.json()["code"]) == (422, "passed_on.given_later")
    for amount in (0, -1, 10**13):
        assert (await account.give("910101", amount)).status_code == 422
    foreign = await account.give("910101", 1, "147")
    assert (foreign.status_code, foreign.json()["code"]) == (404, "municipality.not_found")
    limited = await account.give("910101", 1, institutions=["910101"])
    assert (limited.status_code, limited.json()["code"]) == (403, "initiative.whole_municipality")
    assert await account.listed() == []


async def test_the_history_tells_who_is_limited_to_a_school_nothing_of_what_others_were_given(account: Account) -> None:
    await account.work.release("101")
    for number in ("910101", "910102"):
        assert (await account.give(number, 100)).status_code == 201
    path = f"{account.work.path}/steps?step=passed_on"
    for own in (["910101"], ["910101", "910102"]):
        listed = (await account.work.ask("GET", path, "101", institutions=own)).json()["items"]
        assert [each["details"]["institution_number"] for each in listed] == own
    everything = (await account.work.ask("GET", f"{account.work.path}/steps", "101", institutions=["910101"])).json()
    assert {"invited", "accepted", "grant_released"} <= {each["step"] for each in everything["items"]}


async def test_the_secretariat_sees_every_account_and_another_municipality_none(account: Account) -> None:
    await account.work.release("101")
    entry_id = (await account.give("910101", 100)).json()["entry_id"]
    await account.give("910102", 50)
    path = account.work.path + account.place
    assert len((await account.work.ask("GET", path)).json()["items"]) == 2
    for end in ("", f"/{entry_id}"):
        hidden = await account.work.ask("GET", path + end, "147")
        assert hidden.status_code == 404
    nowhere = await account.work.ask("GET", f"{path}/{uuid4()}", "101")
    other = await account.work.ask("GET", f"{path}/{entry_id}", "147")
    assert nowhere.json()["code"] == other.json()["code"] == "passed_on.not_found"
    own = await account.listed("", institutions=["910102"])
    assert [each["institution_number"] for each in own] == ["910102"]
    assert await account.listed("institution=910101", institutions=["910102"]) == []
    assert (await account.work.ask("POST", path, json={})).status_code == 403
    with pytest.raises(DBAPIError, match="written once"):
        async with account.work.registration.db.write(EVERY_MUNICIPALITY) as session:
            await session.execute(text("DELETE FROM initiative_passed_on"))


async def test_one_that_withdraws_has_spent_at_least_what_its_schools_were_given(account: Account) -> None:
    await account.work.release("101")
    await account.give("910101", 100)
    place = "/municipalities/101"
    said = {"spent": 99, "reason": "Skolerne lægges sammen."}
    less = await account.work.change("POST", f"{place}/withdrawal", of=place, json=said)
    assert (less.status_code, less.json()["code"]) == (422, "withdrawal.spent")
    done = await account.work.change("POST", f"{place}/withdrawal", of=place, json={**said, "spent": 100})
    assert (done.json()["released"], done.json()["balance"]) == (100, 0)
    more = await account.give("910101", 1)
    assert (more.status_code, more.json()["code"]) == (409, "passed_on.balance")
