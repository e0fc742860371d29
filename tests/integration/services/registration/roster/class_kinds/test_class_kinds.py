"""A class whose kind no file says: unknown and listed, until a file, a person or the school's rules say it."""

from typing import Any

import httpx
import pytest

from tests.factories.service import Callers
from tests.integration.services.registration.roster.pupils.snapshots import ROLE
from tests.integration.services.registration.roster.xml_files import XmlSender, group, pupil, school
from tests.integration.services.registration.service import Registration

RULES = "/v1/class-kind-rules/910101"
SPECIAL = {"rules": [{"kind": "special", "name": "*S"}, {"kind": "special", "line": "Special*"}]}


@pytest.fixture
async def sender(callers: Callers, registration: Registration) -> XmlSender:
    """A municipality that takes part, with the classes 5A, 5S and 5X of one school, the last of a special line."""
    await registration.send("schools", "institution_number;name;kind\n910101;Prøveskolen;public\n")
    await callers.set_municipality()
    sender = XmlSender(callers)
    await sender.sent(file(3))
    return sender


def file(day: int) -> str:
    """The school's file; 5X has the line of special classes."""
    text = school({"5A": [1, 2], "5S": [3]}, day=day)
    return text.replace(
        "<InstitutionPerson", group("9", "5X", "<Line>Specialklasse</Line>") + "<InstitutionPerson", 1
    ).replace("</Institution>", pupil(9, "9") + "</Institution>")


async def ask(callers: Callers, method: str, path: str = RULES, **more: Any) -> httpx.Response:
    return await callers.ask(method, path, ROLE, "101", params={"municipality": "101"}, **more)


async def kinds(sender: XmlSender, **wanted: str) -> dict[str, str]:
    params = {"municipality": "101", **wanted}
    found = await sender.callers.ask("GET", "/v1/classes", ROLE, "101", params=params)
    assert found.status_code == 200, found.text
    return {each["name"]: each["kind"] for each in found.json()["items"]}


async def told(registration: Registration) -> dict[str, str]:
    """The kind of each class by its last event."""
    names = {str(row["class_id"]): row["name"] for row in await registration.rows("SELECT * FROM class_", "101")}
    return {names[event["class_id"]]: event["kind"] for event in await registration.events("class")}


async def test_rules_decide_what_is_there_and_what_comes_and_can_be_changed_and_deleted(
    sender: XmlSender, registration: Registration
) -> None:
    assert await kinds(sender) == dict.fromkeys(("5A", "5S", "5X"), "unknown")
    made = await ask(sender.callers, "PUT", json=SPECIAL, headers={"If-None-Match": "*"})
    assert made.status_code == 201, made.text
    known = {"5A": "unknown", "5S": "special", "5X": "special"}
    assert await kinds(sender) == known == await told(registration)
    assert await kinds(sender, kind="unknown") == {"5A": "unknown"}
    await sender.sent(file(4))
    assert await kinds(sender) == known
    all_of_them = {"rules": [{"kind": "special", "name": "5S"}, {"kind": "ordinary", "name": "*"}]}
    changed = await ask(sender.callers, "PUT", json=all_of_them, headers={"If-Match": made.headers["ETag"]})
    assert changed.status_code == 200
    await sender.sent(file(5).replace(">5A<", ">5B<"))
    ordinary = {"5A": "ordinary", "5B": "ordinary", "5S": "special", "5X": "ordinary"}
    assert await kinds(sender) == ordinary == await told(registration)
    gone = await ask(sender.callers, "DELETE", headers={"If-Match": changed.headers["ETag"]})
    assert gone.status_code == 204
    assert set((await kinds(sender)).values()) == {"unknown"} == set((await told(registration)).values())


async def test_what_a_file_or_a_person_said_no_rule_and_no_later_file_changes(
    sender: XmlSender, registration: Registration
) -> None:
    header = "institution_number;school_year;name;grade;kind\n"
    await registration.send("classes", header + "910101;2022/2023;5S;5;ordinary\n")
    path = "/v1/classes/910101/2022-2023/5A"
    read = await ask(sender.callers, "GET", path)
    put = {"grade": 5, "kind": "special"}
    assert (await ask(sender.callers, "PUT", path, json=put, headers={"If-Match": read.headers["ETag"]})).is_success
    await ask(sender.callers, "PUT", json=SPECIAL, headers={"If-None-Match": "*"})
    said = {"5A": "special", "5S": "ordinary", "5X": "special"}
    assert await kinds(sender) == said
    again = await sender.sent(file(4))
    assert (again["accepted"], again["unchanged"]) == (0, 7)
    unknown = await registration.send("classes", header + "910101;2022/2023;5S;5;unknown\n")
    assert (unknown.unchanged, await kinds(sender)) == (1, said)


async def test_a_change_names_what_it_changes_and_other_schools_are_not_shown(sender: XmlSender) -> None:
    callers = sender.callers
    assert (await ask(callers, "GET")).json()["code"] == "class_kind_rules.not_found"
    assert (await ask(callers, "PUT", json=SPECIAL)).status_code == 428
    made = await ask(callers, "PUT", json=SPECIAL, headers={"If-None-Match": "*"})
    assert (await ask(callers, "PUT", json=SPECIAL, headers={"If-None-Match": "*"})).status_code == 412
    assert (await ask(callers, "DELETE")).status_code == 428
    assert (await ask(callers, "DELETE", headers={"If-Match": '"x"'})).status_code == 412
    assert (await ask(callers, "GET")).headers["ETag"] == made.headers["ETag"]
    nowhere = await ask(callers, "PUT", "/v1/class-kind-rules/910199", json=SPECIAL, headers={"If-None-Match": "*"})
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "school.not_found")
    foreign = await callers.ask("GET", RULES, ROLE, "147", params={"municipality": "147"})
    limited = await callers.ask("GET", RULES, ROLE, "101", params={"municipality": "101"}, institutions=("910102",))
    assert (foreign.status_code, limited.status_code) == (404, 404)


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({"kind": "special"}, "class_kind_rules.empty"),
        ({"kind": "unknown", "name": "*"}, None),
        ({"kind": "special", "name": "610112-0008"}, "text.identifier"),
        ({"kind": "special", "name": "x" * 41}, None),
    ],
)
async def test_a_rule_that_says_nothing_or_something_else_is_refused(
    sender: XmlSender, rule: dict[str, str], code: str | None
) -> None:
    refused = await ask(sender.callers, "PUT", json={"rules": [rule]}, headers={"If-None-Match": "*"})
    assert refused.status_code == 422
    assert code is None or code in refused.text
