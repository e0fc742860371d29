"""A refused row that says that a pupil's name is protected protects it at once, or says that it does not."""

import io
import zipfile
from typing import Any
from uuid import uuid4

import pytest

from libs.shared.files.oneroster.vocabulary import NAME_PROTECTED
from libs.shared.imports.receipts.receipt import Mode
from tests.factories.service import Callers
from tests.integration.services.registration.roster.names.test_name_protection import HEADER, OTHER, ROW, listed
from tests.integration.services.registration.roster.xml_files import XmlSender, school
from tests.integration.services.registration.roster.zip_files import ZipSender, bulk, enrolment
from tests.integration.services.registration.service import PUPIL_HEADER, Registration
from tests.unit.libs.shared.files.oneroster.zips import zipped

NOT_APPLIED = "name_protected.not_applied"
NO_CLASS = ROW.replace(";5A;", ";9X;")


@pytest.fixture(autouse=True)
async def accepted(callers: Callers, registration: Registration) -> None:
    await callers.set_municipality()
    await registration.base()


async def number(registration: Registration) -> int:
    """How many names are protected."""
    found = await registration.rows("SELECT count(*) AS n FROM pupil WHERE name_protected", "101")
    return int(found[0]["n"])


async def codes(callers: Callers, receipt_id: Any) -> list[list[str]]:
    """The codes of each refused row."""
    answer = await callers.ask("GET", f"/v1/imports/{receipt_id}/refused", "municipality_integration", "101")
    assert all(error["messages"]["da"] for row in answer.json()["items"] for error in row["errors"])
    return [[error["code"] for error in row["errors"]] for row in answer.json()["items"]]


@pytest.mark.parametrize(
    "row",
    [
        NO_CLASS,
        ROW.replace("2022-08-01", "den første august"),
        ROW.replace("910101", "999999"),
        NO_CLASS.replace("6101120008", "12"),
        NO_CLASS.replace("6101120008;ask00001", ";"),
    ],
    ids=["no such class", "no date", "no such school", "a broken number", "id and whole name"],
)
async def test_a_refused_row_about_a_pupil_who_is_known_protects(
    callers: Callers, registration: Registration, row: str
) -> None:
    await registration.send("pupils", f"{PUPIL_HEADER}{ROW}\n{OTHER}\n")
    sent = await registration.send("pupils", f"{HEADER}{row};ja\n")
    assert sent.refused == 1
    assert NOT_APPLIED not in [code for of in await codes(callers, sent.id) for code in of]
    assert await number(registration) == 1
    (change,) = await listed(callers, "name-protections")
    assert (change["name_protected"], change["receipt_id"]) == (True, str(sent.id))
    # It is written once, and stays until a file says otherwise.
    await registration.send("pupils", f"{HEADER}{row};ja\n")
    assert len(await listed(callers, "name-protections")) == 1
    await registration.send("pupils", f"{HEADER}{ROW};nej\n")
    assert await number(registration) == 0


@pytest.mark.parametrize(
    "row",
    [
        NO_CLASS.replace("6101120008;ask00001", ";").replace("Hemmelige", "Anden"),
        NO_CLASS.replace("6101120008;ask00001;L1", "6103120002;ask00009;L9"),
        NO_CLASS.replace("ask00001", "ask00002"),
        NO_CLASS.replace("6101120008;ask00001;L1", "12;;"),
    ],
    ids=["a part of the name", "nobody", "two pupils", "no identifier"],
)
async def test_a_refused_row_that_may_be_about_somebody_else_says_that_it_protects_nobody(
    callers: Callers, registration: Registration, row: str
) -> None:
    await registration.send("pupils", f"{PUPIL_HEADER}{ROW}\n{OTHER}\n")
    sent = await registration.send("pupils", f"{HEADER}{row};true\n")
    (found,) = await codes(callers, sent.id)
    assert (len(found) >= 2, found[-1]) == (True, NOT_APPLIED)
    assert await number(registration) == 0


async def test_a_row_that_says_nothing_or_no_and_a_file_that_is_only_tried_protect_nobody(
    callers: Callers, registration: Registration
) -> None:
    await registration.send("pupils", f"{PUPIL_HEADER}{ROW}\n")
    for said in ("", "false", "måske"):
        sent = await registration.send("pupils", f"{HEADER}{NO_CLASS};{said}\n")
        assert NOT_APPLIED not in (await codes(callers, sent.id))[0]
    await registration.send("pupils", f"{HEADER}{NO_CLASS};true\n", mode=Mode.VALIDATE)
    assert await number(registration) == 0


async def test_a_sender_of_one_school_protects_no_pupil_of_another_and_does_not_learn_who_is_known(
    callers: Callers, registration: Registration
) -> None:
    await registration.send("pupils", f"{PUPIL_HEADER}{ROW}\n")
    for row in (NO_CLASS, NO_CLASS.replace("6101120008;ask00001;L1", "6103120002;ask00009;L9")):
        sent = await callers.send("pupils", f"{HEADER}{row};true\n", uuid4().hex, institutions=["910102"])
        assert [found[-1] for found in await codes(callers, sent.json()["id"])] == [NOT_APPLIED]
    assert await number(registration) == 0


def protected_but_refused(content: bytes, day: int) -> bytes:
    """The zip with the first pupil protected, and in a class that is not in the zip."""
    with zipfile.ZipFile(io.BytesIO(content)) as read:
        files = {name: read.read(name).decode() for name in read.namelist()}
    head, *users = files["users.csv"].splitlines()
    said = [f"{line},{'true' if line.startswith('u1,') else ''}" for line in users]
    files["users.csv"] = "\n".join([f"{head},{NAME_PROTECTED}", *said, ""])
    files["enrollments.csv"] = files["enrollments.csv"].replace(
        enrolment(1, "910101", "5A"), enrolment(1, "910101", "9X")
    )
    return zipped(files, (2022, 10, day, 6, 0, 0))


async def test_a_refused_row_of_a_zip_and_of_an_xml_file_protects(callers: Callers, registration: Registration) -> None:
    zips, xml = ZipSender(callers), XmlSender(callers)
    classes = {"910101": {"5A": range(1, 4)}}
    await zips.sent(bulk(classes, day=1))
    found = await zips.sent(protected_but_refused(bulk(classes, day=2), 2))
    assert (found["state"], found["refused"]) == ("completed", 1)
    assert await number(registration) == 1
    other = school({"6A": range(31, 34)}, number="910102")
    await xml.sent(other)
    wrong = school({"6A": range(31, 34)}, number="910102", day=2).replace(
        '<Person protected="false"><FirstName>Ask</FirstName><FamilyName>Prøvesen 31<',
        '<Person protected="true"><FirstName>Ask</FirstName><FamilyName>Prøvesen 31<',
    )
    first, rest = wrong.split("Prøvesen 31<")
    found = await xml.sent(f"{first}Prøvesen 31<{rest.replace('<MainGroupId>1<', '<MainGroupId>99<', 1)}")
    assert (found["state"], found["refused"]) == ("completed", 1), found
    assert await number(registration) == 2


async def test_what_protects_nobody_is_named_as_in_the_file(callers: Callers, registration: Registration) -> None:
    """The rule of the service and that of the reader alike."""
    unknown = {"910101": {"5A": range(1, 4)}}
    found = await ZipSender(callers).sent(protected_but_refused(bulk(unknown, day=1), 1))
    rows = await callers.ask("GET", f"/v1/imports/{found['id']}/refused", "municipality_integration", "101")
    columns = [error["column"] for row in rows.json()["items"] for error in row["errors"]]
    assert columns == ["enrollments.csv:1:classSourcedId", "users.csv:2:metadata.dk.nameProtected"]
    lines = school({"6A": range(31, 33)}, number="910102").replace("<InstitutionPerson", "\n<InstitutionPerson")
    lines = lines.replace("6101120032<", "0000000000<")
    found = await XmlSender(callers).sent(lines.replace("FirstName>Ask", "FirstName>" + "A" * 300, 1))
    assert [each["column"] for each in found["notices"]] == ["CivilRegistrationNumber"]
    rows = await callers.ask("GET", f"/v1/imports/{found['id']}/refused", "municipality_integration", "101")
    (row,) = rows.json()["items"]
    assert (row["row"], row["line"], row["errors"][0]["column"]) == (2, 3, "FirstName+FamilyName")
