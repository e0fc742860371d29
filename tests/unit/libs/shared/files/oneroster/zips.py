"""Small OneRoster zips, with one place changed. CPR numbers are nobody's."""

import io
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime

from libs.shared.base.errors import Problem
from libs.shared.files.oneroster.archive.source import OpenFile
from libs.shared.files.oneroster.known import Known
from libs.shared.files.oneroster.reader import RosterReader
from libs.shared.files.skolegrunddata.rows import Row

NOW = datetime(2023, 9, 1, 12, tzinfo=UTC)
MADE = (2022, 11, 10, 17, 0, 0)
CPR = "7101120008"

_ALL = (
    *("academicSessions", "categories", "classResources", "classes", "courseResources", "courses", "demographics"),
    *("enrollments", "lineItemLearningObjectiveIds", "lineItems", "lineItemScoreScales", "orgs", "resources"),
    *("resultLearningObjectiveIds", "results", "resultScoreScales", "roles", "scoreScales", "userProfiles"),
    *("userResources", "users"),
)

FILES: Mapping[str, str] = {
    "academicSessions.csv": (
        "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear\n"
        "y22,,,2022/2023,schoolYear,2022-08-01,2023-08-01,,2023\n"
        "s23,,,Forår,semester,2023-01-01,2023-07-01,y22,2023\n"
    ),
    "orgs.csv": (
        "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\n"
        "k,,,Kommune,district,101,\n"
        "a,,,Prøveskolen,school,910101,k\n"
        "b,,,Eksempelskolen,school,910102,k\n"
    ),
    "classes.csv": (
        "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,"
        "termSourcedIds,subjects,subjectCodes,periods\n"
        "c5,,,5A,05,f,,homeroom,,a,y22,,,\n"
        "c6,,,6B,6,f,,homeroom,,b,s23,,,\n"
        'h1,,,Svømning,"5,6",f,,scheduled,Hallen,a,s23,,,\n'
    ),
    "users.csv": (
        "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,"
        "email,sms,phone,agentSourcedIds,grades,password\n"
        f'u1,,,true,ask,"{{CPR:{CPR}}},{{UNI-Login:prov0001}}",Ask,Prøvesen,Bo,,a@example.dk,1,,g1,5,x\n'
        "u2,,,true,bo,,Bo,Eksempelsen,,,,,,,06,\n"
        "t1,,,true,lis,,Lis,Lærersen,,,,,2,,,\n"
        "g1,,,true,gro,,Gro,Prøvesen,,,,,,,,\n"
    ),
    "roles.csv": (
        "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,"
        "userProfileSourcedId\n"
        "r1,,,u1,primary,student,,,a,\nr2,,,u2,primary,student,,,b,\n"
        "r3,,,t1,primary,teacher,,,a,\nr4,,,g1,primary,guardian,,,a,\n"
    ),
    "enrollments.csv": (
        "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate\n"
        "e1,,,c5,a,u1,student,,2022-08-01,2023-08-01\n"
        "e2,,,c6,b,u2,student,,,\n"
        "e3,,,c5,a,t1,teacher,true,,\n"
        "e4,,,h1,a,u1,student,,,\n"
    ),
}
"""A bulk of two schools with a class and a pupil each, a teacher, a guardian and a group."""


def manifest(names: object = FILES, mode: str = "bulk", **other: str) -> str:
    """The manifest of files; ``other`` replaces properties, whose full stops are written ``__``; "-" leaves one out."""
    listed = set(names)  # type: ignore[call-overload]
    values = {"manifest.version": "1.0", "oneroster.version": "1.2"}
    values |= {f"file.{name}": mode if f"{name}.csv" in listed else "absent" for name in _ALL}
    values |= {"source.systemName": "Prøveadministration", "source.systemCode": "PA"}
    values |= {name.replace("__", "."): value for name, value in other.items()}
    return "propertyName,value\n" + "".join(f"{name},{value}\n" for name, value in values.items() if value != "-")


def zipped(files: Mapping[str, str | bytes], made: tuple[int, ...] = MADE) -> bytes:
    """A zip of files as they are."""
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, made)  # type: ignore[arg-type]
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return to.getvalue()


def bulk(**changed: str | bytes | None) -> bytes:
    """The bulk with some files changed, by their names without ``.csv``; None leaves one out."""
    files: dict[str, str | bytes] = dict(FILES)
    for name, content in changed.items():
        if content is None:
            files.pop(f"{name}.csv", None)
        else:
            files[f"{name}.csv"] = content
    return zipped({"manifest.csv": manifest(files)} | files)


def with_row(file: str, row: str, *more: str) -> str:
    """A file of the bulk with rows at its end."""
    return FILES[f"{file}.csv"] + "".join(f"{each}\n" for each in (row, *more))


def replaced(file: str, old: str, new: str) -> str:
    """A file of the bulk with a text replaced, which must be there."""
    text = FILES[f"{file}.csv"]
    assert old in text
    return text.replace(old, new)


def read(data: bytes, known: Known | None = None) -> tuple[list[Row], RosterReader]:
    """All rows of a zip, and its reader."""
    with RosterReader(OpenFile(io.BytesIO(data)), NOW) as reader:
        reader.begin()
        return list(reader.rows(known)), reader


def refusal(data: bytes) -> str:
    """The code with which a zip is refused as a whole; empty if it is not."""
    try:
        with RosterReader(OpenFile(io.BytesIO(data)), NOW) as reader:
            reader.begin()
            assert reader.moment.tzinfo
            list(reader.rows())
    except Problem as problem:
        return problem.code if all(problem.messages.values()) else "no text"
    return ""


def pupils(rows: list[Row]) -> list[dict[str, str]]:
    """The columns of the pupils' rows."""
    return [dict(row.fields) for row in rows if row.kind == "pupils"]


def errors(rows: list[Row]) -> list[tuple[str, int, str, str | None]]:
    """(kind, row, code, column) of all errors."""
    return [(row.kind, row.position, each.code, each.column) for row in rows for each in row.errors]
