"""What is read of a file that is as it should be, in both formats."""

from datetime import UTC, datetime

import pytest

from libs.shared.files.kinds.classes import CLASSES
from libs.shared.files.kinds.pupils import PUPILS
from libs.shared.files.skolegrunddata.vocabulary import IGNORED
from tests.unit.libs.shared.files.skolegrunddata.documents import (
    document,
    employee,
    export,
    group,
    pupil,
    read,
    rows_of,
    source,
)


def test_an_import_gives_head_institution_pupil_and_class() -> None:
    text = document().replace('schoolYear="2022-2023"', 'schoolYear="2022-2023" sourceVersion="7.2"')
    reader, rows = read(text)
    assert reader.head is not None
    assert reader.institution is not None
    head = reader.head
    assert (head.root, head.source, head.source_version) == ("UNILoginImport", "Prøveadministration", "7.2")
    assert head.source_moment == datetime(2022, 11, 10, 16, 0, tzinfo=UTC)
    assert head.school_year == "2022/2023"
    assert (reader.institution.number, reader.institution.name) == ("910101", "Prøveskolen")
    first, second = rows
    assert (first.kind, first.position, first.errors) == ("pupils", 1, ())
    assert first.fields == {
        "cpr_number": "6101120008",
        "uni_login": "ask10001",
        "local_id": "L1",
        "name": "Ask Prøvesen 17",
        "institution_number": "910101",
        "school_year": "2022/2023",
        "class_name": "5A",
        "valid_from": "",
        "valid_to": "",
        "name_protected": "false",
    }
    assert (second.kind, second.position, second.errors) == ("classes", 1, ())
    assert second.fields == {
        "institution_number": "910101",
        "school_year": "2022/2023",
        "name": "5A",
        "grade": "5",
        "kind": "unknown",
        "line": "",
    }


def test_every_field_is_a_column_of_its_kind() -> None:
    """``name_protected`` is carried as soon as ``pupils`` has the column."""
    _, rows = read(document())
    for row, kind in zip(rows, (PUPILS, CLASSES), strict=True):
        assert set(row.fields) - {"name_protected"} <= set(kind.names)


@pytest.mark.parametrize("package", ["", "Small", "Medium", "Full", "FullMyndighed", "V8"])
def test_an_export_of_any_package_is_read_by_local_names(package: str) -> None:
    reader, rows = read(export(source(), package))
    assert reader.head is not None
    assert reader.head.root == f"UNILoginExport{package}"
    assert reader.head.access_level == "full"
    assert reader.head.exported == datetime(2022, 11, 11, 4, 0, tzinfo=UTC)
    assert [row.kind for row in rows] == ["pupils", "classes"]


def test_an_export_of_several_sources_is_known_by_all_of_them_and_by_the_newest_moment() -> None:
    reader, _ = read(export(source("SFO", "2022-11-12T00:00:00+01:00") + source("Adm")))
    assert reader.head is not None
    assert reader.head.source == "Adm + SFO"
    assert reader.head.source_moment == datetime(2022, 11, 11, 23, 0, tzinfo=UTC)


def test_the_answer_of_the_web_service_is_read_as_it_is() -> None:
    envelope = (
        '<s:Envelope xmlns:s="urn:s"><s:Header><x>y</x></s:Header><s:Body><r><xml>{}</xml></r></s:Body></s:Envelope>'
    )
    reader, rows = read(envelope.format(export(source())))
    assert reader.head is not None
    assert len(rows) == 2


@pytest.mark.parametrize("moment", ["2022-11-10T17:00:00.1234567", "2022-11-10T16:00:00Z", "2022-11-10T17:00:00+01:00"])
def test_a_moment_may_have_a_fraction_and_a_zone_and_is_danish_without_one(moment: str) -> None:
    reader, _ = read(document().replace("2022-11-10T17:00:00", moment))
    assert reader.head is not None
    assert reader.head.source_moment.replace(microsecond=0) == datetime(2022, 11, 10, 16, 0, tzinfo=UTC)


def test_an_institution_number_may_have_capital_letters() -> None:
    reader, _ = read(document(number="<InstitutionNumber>G0A12Z</InstitutionNumber>"))
    assert reader.institution is not None
    assert (reader.institution.number, reader.institution.name) == ("G0A12Z", "")


def test_what_is_not_kept_is_counted_by_sort_and_stands_in_no_row() -> None:
    details = (
        "<AliasFirstName>Askil</AliasFirstName><EmailAddress>a@b.dk</EmailAddress><BirthDate>2012-01-01</BirthDate>"
        "<Gender>M</Gender><PhotoId>77</PhotoId><Address><StreetAddress>Prøvevej 1</StreetAddress></Address>"
        "<HomePhoneNumber>1</HomePhoneNumber><WorkPhoneNumber>2</WorkPhoneNumber><Ukendt>3</Ukendt>"
    )
    contact = "<GroupId>2</GroupId><ContactPerson><Person><FirstName>Mor</FirstName></Person></ContactPerson>"
    reader, rows = read(
        document(
            group(),
            group("2", "Hold 1", "Hold"),
            group("3", "1g", level="U1"),
            pupil(more=contact, person=details),
            employee(),
            pupil("L2", role="Barn", level="DT", main_group=""),
            pupil("L3", role="Studerende"),
            pupil("L4", level="U1", main_group="3"),
            "<InstitutionPerson><Extern><Role>Ekstern</Role></Extern></InstitutionPerson>",
            "<InstitutionPerson/>",
        )
    )
    assert [(row.kind, row.position) for row in rows] == [("pupils", 1), ("classes", 1)]
    assert reader.ignored == {
        "employees": 1,
        "externs": 1,
        "other_persons": 1,
        "other_roles": 2,
        "other_levels": 1,
        "other_groups": 1,
        "classes_without_grade": 1,
        "other_memberships": 1,
        "contact_persons": 1,
        "addresses": 1,
        "phone_numbers": 2,
        "email_addresses": 1,
        "passwords": 4,
        "birth_dates": 1,
        "genders": 1,
        "photographs": 1,
        "alias_names": 1,
        "other_elements": 1,
    }
    assert set(reader.ignored) <= set(IGNORED)
    assert (reader.groups, reader.persons) == (3, 7)
    kept = repr([(row.fields, row.more) for row in rows]) + repr(vars(reader))
    for never in ("hemmelig", "Prøvevej", "Askil", "a@b.dk", "2012-01-01", "'77'", "Mor", "Voksensen", "6202800007"):
        assert never not in kept


def test_the_number_of_a_pupil_is_its_number_among_all_persons_and_of_a_class_among_all_groups() -> None:
    _, rows = read(document(group("9", "Hold", "Hold"), group(), employee(), employee("A2"), pupil()))
    assert [(row.kind, row.position) for row in rows] == [("pupils", 3), ("classes", 2)]


@pytest.mark.parametrize(
    ("level", "pupils", "grade"),
    [("3", ["5", "5"], "3"), ("Andet", ["5", "4", "5"], "5"), ("", ["6", "4"], "4"), ("Andet", ["10", "Andet"], "10")],
)
def test_a_class_has_the_grade_of_its_level_else_that_of_most_of_its_pupils(
    level: str, pupils: list[str], grade: str
) -> None:
    persons = [pupil(f"L{number}", level=each) for number, each in enumerate(pupils)]
    (found,) = rows_of(document(group(level=level), *persons), "classes")
    assert (found.fields["grade"], found.errors) == (grade, ())


@pytest.mark.parametrize("level", ["Andet", "U1", ""])
def test_a_pupil_without_a_grade_of_its_own_is_taken_in_a_class_that_has_one(level: str) -> None:
    (found,) = rows_of(document(group(level="5"), pupil(level=level)), "pupils")
    assert (found.fields["class_name"], found.errors) == ("5A", ())


def test_a_class_has_line_and_dates_beside_its_columns_and_its_dates_bound_the_pupils_time() -> None:
    dates = "<Line>A</Line><FromDate>2022-10-01</FromDate><ToDate>2023-03-31+02:00</ToDate>"
    own, late = group(more=dates), dates.replace("2022-10-01", "2019-08-01").replace("2023-03-31", "2023-07-31")
    of_pupil, of_class = read(document(own, pupil()))[1]
    assert of_class.more == {
        "group_id": "1",
        "level": "5",
        "line": "A",
        "from_date": "2022-10-01",
        "to_date": "2023-03-31",
    }
    assert (of_pupil.fields["valid_from"], of_pupil.fields["valid_to"]) == ("", "2023-04-01")
    (whole,) = rows_of(document(group(more=late), pupil()), "pupils")
    assert (whole.fields["valid_from"], whole.fields["valid_to"]) == ("", "")


def test_a_small_package_names_a_pupil_by_the_login_alone() -> None:
    person = (
        "<InstitutionPerson><UNILogin><UserId>ask10001</UserId><Name>Ask Prøvesen 17</Name>"
        "<CivilRegistrationNumber>6101120008</CivilRegistrationNumber></UNILogin>"
        "<Student><Role>Elev</Role><Level>5</Level><MainGroupId>1</MainGroupId></Student></InstitutionPerson>"
    )
    (found,) = rows_of(document(group(), person), "pupils")
    assert (found.fields["name"], found.fields["cpr_number"]) == ("Ask Prøvesen 17", "6101120008")
    assert "name_protected" not in found.fields


@pytest.mark.parametrize(("written", "means"), [("true", "true"), ("1", "true"), ("false", "false"), ("0", "false")])
def test_name_protection_is_carried(written: str, means: str) -> None:
    (found,) = rows_of(document(group(), pupil(protected=f' protected="{written}"')), "pupils")
    assert found.fields["name_protected"] == means


def test_text_in_cdata_references_and_several_pieces_is_one_text_and_comments_are_none() -> None:
    text = document(group(name="5<!-- x -->&#65;<b>no<c/></b><![CDATA[&B]]>"), pupil())
    (found,) = rows_of(text, "classes")
    assert found.fields["name"] == "5A&B"
