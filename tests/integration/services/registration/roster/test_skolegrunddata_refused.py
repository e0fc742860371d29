"""Files of SkoleGrunddata that are refused as a whole, sent again, cancelled, or not the sender's to send."""

from typing import Any

import pytest

from synthetic.skolegrunddata.packages import PACKAGES
from tests.factories.service import Callers
from tests.integration.services.registration.roster.pupils.snapshots import ROLE
from tests.integration.services.registration.roster.xml_files import SCHOOL, XmlSender, pupil, school
from tests.integration.services.registration.service import Registration
from tests.unit.libs.shared.files.skolegrunddata.documents import export, source

WHOLE = school()
BAD: dict[str, tuple[str | bytes, str]] = {
    "entities": (f'<!DOCTYPE x [<!ENTITY e "1">]>{WHOLE}', "xml.doctype"),
    "a broken end": (WHOLE[:-200], "xml.truncated"),
    "not XML": ("institution_number;name\n910101;x\n", "xml.invalid"),
    "another format": ("<html><body/></html>", "skolegrunddata.root_unknown"),
    "a wrong school year": (school(year="2022-2024"), "skolegrunddata.school_year_invalid"),
    "a moment ahead": (WHOLE.replace("2022-10-01T", "2099-10-01T"), "skolegrunddata.moment_in_future"),
    "a wrong number": (school(number="91010"), "skolegrunddata.institution_invalid"),
    "wrong letters": (WHOLE.encode("latin-1"), "xml.encoding"),
    "a CPR number as source": (school(source="610112-0008"), "skolegrunddata.head_identifier"),
    "nobody": (school({"5A": []}), "skolegrunddata.no_pupils"),
    "nothing": ("", "file.empty"),
}


@pytest.fixture
async def sender(callers: Callers, registration: Registration) -> XmlSender:
    """A municipality that takes part, with one school."""
    await registration.send("schools", "institution_number;name;kind\n910101;Prøveskolen;public\n")
    await callers.set_municipality()
    return XmlSender(callers)


async def receipts(registration: Registration) -> int:
    found = await registration.rows("SELECT count(*) AS n FROM import_receipt WHERE kind <> 'schools'", "101")
    return int(found[0]["n"])


async def test_a_file_that_is_refused_as_a_whole_has_its_own_code_and_leaves_nothing(
    sender: XmlSender, registration: Registration
) -> None:
    for name, (content, code) in BAD.items():
        answer = await sender.xml(content)
        assert (answer.status_code, answer.json().get("code")) == (422, code), name
        assert answer.json()["messages"]["da"] != answer.json()["messages"]["en"]
    assert await receipts(registration) == 0


async def test_what_the_file_says_itself_is_no_parameter(sender: XmlSender) -> None:
    asked: list[tuple[dict[str, Any], int, str]] = [
        ({"scope": "complete"}, 422, "snapshot.in_file"),
        ({"source": "tea"}, 422, "snapshot.in_file"),
        ({"atomic": "file"}, 422, "snapshot.atomic"),
        ({"media": "text/csv"}, 415, ""),
        ({"kind": "pupils"}, 415, ""),
    ]
    for more, status, code in asked:
        answer = await sender.xml(WHOLE, **more)
        assert answer.status_code == status, answer.text
        assert not code or answer.json()["code"] == code


async def test_the_same_file_with_the_same_key_is_the_same_receipt_and_another_file_is_refused(
    sender: XmlSender, registration: Registration
) -> None:
    first = await sender.sent(WHOLE, key="one")
    again = await sender.sent(WHOLE, key="one")
    assert (again["id"], again["parts"]) == (first["id"], first["parts"])
    for other in (school({"5A": range(1, 13)}), school(day=2), school(SCHOOL | {"5C": [40]})):
        refused = await sender.xml(other, key="one")
        assert (refused.status_code, refused.json()["code"]) == (409, "import.key_reused")
    assert await receipts(registration) == 3


async def test_rows_are_refused_one_by_one_and_listed_by_kind(sender: XmlSender) -> None:
    text = school(more=pupil(50, "99") + pupil(51, "1", cpr_number="10112051"))
    text = text.replace("<GroupLevel>5</GroupLevel>", "<GroupLevel>x</GroupLevel>", 1)
    found = await sender.sent(text)
    assert (found["state"], found["refused"]) == ("completed", 15)
    shown = await sender.callers.ask("GET", f"/v1/imports/{found['id']}/refused?page_size=2", ROLE, "101")
    first = shown.json()
    assert [each["kind"] for each in first["items"]] == ["classes", "pupils"]
    assert first["items"][0]["errors"][0]["code"] == "skolegrunddata.level_unknown"
    token = first["next_page_token"]
    path = f"/v1/imports/{found['id']}/refused?page_size=200&page_token={token}"
    rest = (await sender.callers.ask("GET", path, ROLE, "101")).json()["items"]
    assert len(rest) == 13
    assert {each["kind"] for each in rest} == {"pupils"}
    backwards: list[Any] = []
    path = f"/v1/imports/{found['id']}/refused?sort=-row&page_size=7"
    more: str | None = ""
    while more is not None:
        page = (await sender.callers.ask("GET", path + more, ROLE, "101")).json()
        backwards += page["items"]
        more = page["next_page_token"] and f"&page_token={page['next_page_token']}"
    assert backwards == [*first["items"], *rest][::-1]
    both = await sender.callers.ask("GET", f"/v1/imports/{found['id']}/refused.csv", ROLE, "101")
    assert (both.status_code, both.json()["code"]) == (409, "import.several_parts")
    own = await sender.callers.ask("GET", f"/v1/imports/{found['parts'][1]['id']}/refused.csv", ROLE, "101")
    assert own.status_code == 200
    assert "Prøvesen 50" in own.text


async def test_others_neither_read_nor_decide_about_it_and_a_limited_sender_sends_its_own_alone(
    sender: XmlSender,
) -> None:
    mine = await sender.sent(school(day=2))
    for each in (mine, *mine["parts"]):
        foreign = await sender.callers.ask("GET", f"/v1/imports/{each['id']}", ROLE, "147")
        assert foreign.status_code == 404
        assert (await sender.callers.ask("POST", f"/v1/imports/{each['id']}/cancel", ROLE, "147")).status_code == 404
    refused = await sender.xml(school(day=3), institutions=("910102",))
    assert (refused.status_code, refused.json()["code"]) == (422, "snapshot.institution_outside_scope")
    own = await sender.xml(school(day=4), institutions=("910101",))
    assert own.json()["state"] == "completed"
    listed = await sender.callers.ask("GET", "/v1/imports?municipality=101", ROLE, "101")
    assert [each["kind"] for each in listed.json()["items"]] == ["skolegrunddata", "skolegrunddata", "schools"]


async def test_a_held_file_is_listed_and_cancelled_as_a_whole(sender: XmlSender, registration: Registration) -> None:
    await sender.sent(school(day=2))
    held = await sender.sent(school({"5C": range(1, 9)}, day=4))
    listed = await sender.callers.ask("GET", "/v1/imports?municipality=101&held_only=true", ROLE, "101")
    assert [each["id"] for each in listed.json()["items"]] == [held["id"]]
    for chosen in ("state=held", "institution=910101&sort=state&page_size=1&kind=skolegrunddata"):
        path = f"/v1/imports?municipality=101&{chosen}"
        found = (await sender.callers.ask("GET", path, ROLE, "101")).json()["items"]
        assert found[-1]["kind"] == "skolegrunddata"
        assert (found[-1]["id"] == held["id"]) is chosen.startswith("state")
    cancelled = await sender.decide(held, "cancel")
    assert (cancelled.json()["state"], {each["state"] for each in cancelled.json()["parts"]}) == (
        "cancelled",
        {"cancelled"},
    )
    assert len(await registration.rows("SELECT 1 AS one FROM class_", "101")) == 2


async def test_letters_in_the_institution_number(sender: XmlSender, registration: Registration) -> None:
    await registration.send("schools", "institution_number;name;kind\nA1B2C3;Prøveskolen;public\n")
    found = await sender.sent(school(number="A1B2C3"))
    assert (found["state"], found["refused"], found["snapshot"]["institution"]) == ("completed", 0, "A1B2C3")


async def test_every_package_of_the_export_is_taken(sender: XmlSender) -> None:
    packages = [each.root.removeprefix("UNILoginExport") for each in PACKAGES.values() if not each.is_import]
    for package in (*packages, "Any"):
        found = await sender.sent(export(source(name=f"Kilde &amp; Søn {package}"), package=package))
        assert (found["state"], found["refused"]) == ("completed", 0), package
        facts = found["file"]["facts"]
        assert (facts["source"], facts["root"]) == (f"Kilde & Søn {package}", f"UNILoginExport{package}")
