"""Files of SkoleGrunddata for one school, and how a municipality sends them over HTTP."""

import gzip
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

import httpx

from tests.factories.service import Callers
from tests.integration.services.registration.roster.pupils.snapshots import ROLE, Sender

SOURCE = "Prøve Æblegård 2"
"""A source may hold spaces and Danish letters."""
SCHOOL = {"5A": range(1, 13), "5B": range(13, 25)}


def group(group_id: str, name: str, more: str = "") -> str:
    """A class of grade 5."""
    return (
        f"<Group><GroupId>{group_id}</GroupId><GroupName>{name}</GroupName><GroupType>Hovedgruppe</GroupType>"
        f"<GroupLevel>5</GroupLevel>{more}</Group>"
    )


def pupil(number: int, main_group: str, *, name: str = "", cpr_number: str | None = None) -> str:
    """A pupil, as in ``pupils.snapshots``, with things that are not kept."""
    cpr_number = f"610112{number:04d}" if cpr_number is None else cpr_number
    return (
        f'<InstitutionPerson source="P"><LocalPersonId>L{number}</LocalPersonId><Person protected="false">'
        f"<FirstName>{name or 'Ask'}</FirstName><FamilyName>Prøvesen {number}</FamilyName>"
        f"<CivilRegistrationNumber>{cpr_number}</CivilRegistrationNumber><Address><StreetAddress>Hemmelig Vej 1"
        "</StreetAddress></Address><MobilePhoneNumber>12345678</MobilePhoneNumber></Person>"
        f"<Student><Role>Elev</Role><Level>5</Level><MainGroupId>{main_group}</MainGroupId>"
        f'<ContactPerson relation="Mor"><Person protected="false"><FirstName>Mor</FirstName></Person></ContactPerson>'
        "</Student></InstitutionPerson>"
    )


TEACHER = (
    '<InstitutionPerson source="P"><LocalPersonId>A1</LocalPersonId><Person protected="false"><FirstName>Bo</FirstName>'
    "<FamilyName>Voksensen</FamilyName></Person><Employee><Role>Lærer</Role></Employee></InstitutionPerson>"
)


def school(
    classes: Mapping[str, Iterable[int]] = SCHOOL,
    *,
    day: int = 1,
    source: str = SOURCE,
    year: str = "2022-2023",
    number: str = "910101",
    more: str = "",
) -> str:
    """The file of a school, made on a day of October 2022: each class with the numbers of its pupils."""
    groups = "".join(group(str(at), name) for at, name in enumerate(classes, 1))
    persons = "".join(pupil(each, str(at)) for at, name in enumerate(classes, 1) for each in classes[name])
    head = f'sourceDateTime="2022-10-{day:02d}T06:00:00" source="{source}" schoolYear="{year}"'
    return (
        f'<UNILoginImport xmlns="https://wsaimport.unilogin.dk/v7" {head}><Institution><InstitutionNumber>{number}'
        f"</InstitutionNumber><InstitutionName>Prøveskolen</InstitutionName>{groups}{TEACHER}{persons}{more}"
        "</Institution></UNILoginImport>"
    )


class XmlSender(Sender):
    """Sends files of SkoleGrunddata of municipality 101."""

    def __init__(self, callers: Callers) -> None:
        super().__init__(callers)

    async def xml(
        self,
        content: str | bytes,
        *,
        key: str | None = None,
        media: str = "application/xml",
        packed: bool = False,
        institutions: Iterable[str] = (),
        wait: bool = True,
        **more: str,
    ) -> httpx.Response:
        """Send a file as it is."""
        data = content.encode() if isinstance(content, str) else content
        headers = {"Content-Type": media, "Idempotency-Key": key or str(uuid4())}
        if packed:
            data, headers["Content-Encoding"] = gzip.compress(data), "gzip"
        if wait:
            headers["Prefer"] = "wait=30"
        params = {"kind": "skolegrunddata", "municipality": "101", **more}
        return await self.callers.ask(
            "POST",
            "/v1/imports",
            ROLE,
            "101",
            params=params,
            headers=headers,
            content=data,
            institutions=institutions,
        )

    async def sent(self, content: str | bytes, **how: Any) -> dict[str, Any]:
        """Send one, and the receipt of the file."""
        answer = await self.xml(content, **how)
        assert answer.status_code in {200, 202}, answer.text
        return dict(answer.json())
