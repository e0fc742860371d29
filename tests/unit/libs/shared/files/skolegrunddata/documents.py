"""Small files of SkoleGrunddata, with one place changed. CPR numbers are nobody's."""

from datetime import date

from libs.shared.files.skolegrunddata.reader import SnapshotReader
from libs.shared.files.skolegrunddata.rows import Row

TODAY = date(2023, 9, 1)
HEAD = 'sourceDateTime="2022-11-10T17:00:00" source="Prøveadministration" schoolYear="2022-2023"'
NUMBER = "<InstitutionNumber>910101</InstitutionNumber><InstitutionName>Prøveskolen</InstitutionName>"


def group(group_id: str = "1", name: str = "5A", kind: str = "Hovedgruppe", level: str = "5", more: str = "") -> str:
    """A group; a class by default."""
    level = f"<GroupLevel>{level}</GroupLevel>" if level else ""
    return (
        f"<Group><GroupId>{group_id}</GroupId><GroupName>{name}</GroupName><GroupType>{kind}</GroupType>{level}{more}"
        "</Group>"
    )


def pupil(
    local_id: str = "L1",
    *,
    role: str = "Elev",
    level: str = "5",
    main_group: str = "1",
    cpr_number: str = "6101120008",
    protected: str = ' protected="false"',
    source: str = "P",
    more: str = "",
    person: str = "",
) -> str:
    """A person who is a pupil of class 5A by default."""
    return (
        f'<InstitutionPerson source="{source}"><LocalPersonId>{local_id}</LocalPersonId>'
        "<UNILogin><UserId>ask10001</UserId><InitialPassword>hemmelig</InitialPassword></UNILogin>"
        f"<Person{protected}><FirstName>Ask</FirstName><FamilyName>Prøvesen 17</FamilyName>"
        f"<CivilRegistrationNumber>{cpr_number}</CivilRegistrationNumber>{person}</Person>"
        f"<Student><Role>{role}</Role><Level>{level}</Level><MainGroupId>{main_group}</MainGroupId>{more}</Student>"
        "</InstitutionPerson>"
    )


def employee(local_id: str = "A1") -> str:
    """A person who is an employee."""
    return (
        f'<InstitutionPerson source="P"><LocalPersonId>{local_id}</LocalPersonId><Person protected="false">'
        "<FirstName>Bo</FirstName><FamilyName>Voksensen</FamilyName>"
        "<CivilRegistrationNumber>6202800007</CivilRegistrationNumber></Person>"
        "<Employee><Role>Lærer</Role><GroupId>1</GroupId></Employee></InstitutionPerson>"
    )


def document(*inside: str, head: str = HEAD, number: str = NUMBER, declaration: str = "", after: str = "") -> str:
    """An import file; by default with one class and one pupil."""
    content = "".join(inside) or group() + pupil()
    return (
        f'{declaration}<UNILoginImport xmlns="https://wsaimport.unilogin.dk/v7" {head}>'
        f"<Institution>{number}{content}</Institution>{after}</UNILoginImport>"
    )


def export(sources: str, package: str = "Full", head: str = "") -> str:
    """An export file with one class and one pupil; ``sources`` are its import sources."""
    head = head or 'exportDateTime="2022-11-11T04:00:00Z" accessLevel="full"'
    return (
        f'<e:UNILoginExport{package} xmlns:e="urn:e" xmlns:d="urn:d" {head}>{sources}'
        f"<e:Institution>{NUMBER}{group()}{pupil()}</e:Institution></e:UNILoginExport{package}>"
    )


def source(name: str = "P", moment: str = "2022-11-10T17:00:00", year: str = "2022-2023") -> str:
    """An import source of an export."""
    return f'<d:ImportSource sourceDateTime="{moment}" source="{name}" schoolYear="{year}"/>'


def read(text: str | bytes, encoding: str = "utf-8") -> tuple[SnapshotReader, list[Row]]:
    """The reader after the whole file, and its rows."""
    reader = SnapshotReader(TODAY)
    rows = reader.feed(text.encode(encoding) if isinstance(text, str) else text)
    return reader, rows + reader.end()


def rows_of(text: str | bytes, kind: str) -> list[Row]:
    """The rows of one kind."""
    return [row for row in read(text)[1] if row.kind == kind]


def codes_of(row: Row) -> list[str]:
    """The codes of a row's errors."""
    return [error.code for error in row.errors]
