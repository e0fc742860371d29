"""OneRoster zips of two schools, and how a municipality sends them over HTTP."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

import httpx

from tests.integration.services.registration.roster.pupils.snapshots import ROLE, Sender
from tests.unit.libs.shared.files.oneroster.zips import manifest, zipped

SOURCE = "Prøve Æblegård 3"
Classes = Mapping[str, Iterable[int]]
SCHOOLS: Mapping[str, Classes] = {
    "910101": {"5A": range(1, 13), "5B": range(13, 25)},
    "910102": {"6A": range(31, 43)},
}
_OF_ALL = "sourcedId,status,dateLastModified,"
HEADS = {
    "academicSessions.csv": f"{_OF_ALL}title,type,startDate,endDate,parentSourcedId,schoolYear\n",
    "orgs.csv": f"{_OF_ALL}name,type,identifier,parentSourcedId\n",
    "classes.csv": f"{_OF_ALL}title,grades,classType,schoolSourcedId,termSourcedIds\n",
    "users.csv": f"{_OF_ALL}givenName,familyName,userIds,email,grades,primaryOrgSourcedId\n",
    "roles.csv": f"{_OF_ALL}userSourcedId,role,orgSourcedId\n",
    "enrollments.csv": f"{_OF_ALL}classSourcedId,schoolSourcedId,userSourcedId,role,beginDate,endDate\n",
}


def cpr_number(number: int) -> str:
    """As in ``pupils.snapshots``."""
    return f"610112{number:04d}"


def user(number: int, status: str = ",", name: str = "Ask") -> str:
    """A pupil's row of users.csv; ``status`` is that with its moment."""
    number_ids = f'"{{CPR:{cpr_number(number)}}}"'
    return f"u{number},{status},{name},Prøvesen {number},{number_ids},hemmelig{number}@example.dk,5,\n"


def enrolment(number: int, school: str, class_name: str, status: str = ",", days: str = ",") -> str:
    """A pupil's row of enrollments.csv."""
    return f"e{number}-{class_name},{status},c-{school}-{class_name},s-{school},u{number},student,{days}\n"


def bulk(schools: Mapping[str, Classes] = SCHOOLS, *, day: int = 1, source: str = SOURCE, **more: str) -> bytes:
    """The zip of schools, made on a day of October 2022; ``more`` are rows that are added to files."""
    rows = {
        "academicSessions": "y22,,,2022/2023,schoolYear,2022-08-01,2023-08-01,,2023\n",
        "orgs": "".join(f"s-{number},,,Skole,school,{number},\n" for number in schools),
        "classes": "",
        "users": "t1,,,Bo,Voksensen,,hemmelig@example.dk,,\n",
        "roles": "r0,,,t1,teacher,s\n",
        "enrollments": "",
    }
    for number, classes in schools.items():
        for name, pupils in classes.items():
            rows["classes"] += f"c-{number}-{name},,,{name},{name[:-1]},homeroom,s-{number},y22\n"
            for each in pupils:
                rows["users"] += user(each)
                rows["roles"] += f"r{each},,,u{each},student,s-{number}\n"
                rows["enrollments"] += enrolment(each, number, name)
    files = {f"{name}.csv": HEADS[f"{name}.csv"] + text + more.get(name, "") for name, text in rows.items()}
    return zipped({"manifest.csv": manifest(files, source__systemName=source), **files}, (2022, 10, day, 6, 0, 0))


def delta(*, day: int, source: str = SOURCE, **rows: str) -> bytes:
    """The zip of changes, made on a day of October 2022."""
    files = {f"{name}.csv": HEADS[f"{name}.csv"] + text for name, text in rows.items()}
    told = manifest(files, "delta", source__systemName=source)
    return zipped({"manifest.csv": told, **files}, (2022, 10, day, 6, 0, 0))


class ZipSender(Sender):
    """Sends OneRoster zips of municipality 101."""

    async def zip(
        self, content: bytes, *, key: str | None = None, institutions: Iterable[str] = (), **more: str
    ) -> httpx.Response:
        """Send a zip as it is."""
        headers = {"Content-Type": "application/zip", "Idempotency-Key": key or str(uuid4()), "Prefer": "wait=30"}
        return await self.callers.ask(
            "POST",
            "/v1/imports",
            ROLE,
            "101",
            params={"kind": "oneroster", "municipality": "101", **more},
            headers=headers,
            content=content,
            institutions=institutions,
        )

    async def sent(self, content: bytes, **how: Any) -> dict[str, Any]:
        """Send one, and the receipt of the file when its parts are at rest."""
        answer = await self.zip(content, **how)
        assert answer.status_code in {200, 202}, answer.text
        return await self.at_rest(dict(answer.json()))
