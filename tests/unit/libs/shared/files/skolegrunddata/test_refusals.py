"""Each thing that can be wrong has a code of its own, in both languages: with the file, or with one row."""

import codecs

import pytest

from libs.shared.base.errors import Problem
from libs.shared.files.kinds.classes import CLASSES
from libs.shared.files.kinds.pupils import PUPILS
from libs.shared.files.skolegrunddata import limits, problems
from tests.unit.libs.shared.files.skolegrunddata.documents import (
    HEAD,
    NUMBER,
    codes_of,
    document,
    export,
    group,
    pupil,
    read,
    rows_of,
    source,
)

ENTITY = '<!DOCTYPE a [<!ENTITY e "x">]>'
LATIN = '<?xml version="1.0" encoding="iso-8859-1"?>'
SECOND = "<Institution><InstitutionNumber>910102</InstitutionNumber></Institution>"

OF_FILES: dict[str, tuple[str | bytes, str]] = {
    "nothing": ("", "file.empty"),
    "blanks": (" \n\t", "file.empty"),
    "no XML": ("cpr_number;name\n1;2\n", "xml.invalid"),
    "a zip": (b"PK\x03\x04" + bytes(60), "xml.invalid"),
    "a tag that is closed by another": (document().replace("</Student>", "</Elev>"), "xml.invalid"),
    "two roots": (document() + "<a/>", "xml.invalid"),
    "an unbound prefix": ("<a:b/>", "xml.invalid"),
    "a broken end": (document()[:-30], "xml.truncated"),
    "a broken tag": (document()[: document().index("Elev")], "xml.truncated"),
    "a broken start": ("<?xml version", "xml.truncated"),
    "a document type": (ENTITY + document(), "xml.doctype"),
    "an external one": ('<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd">' + document(), "xml.doctype"),
    "an entity of its own": (document(group(name="&e;")), "xml.doctype"),
    "an unknown charset": (document(declaration='<?xml version="1.0" encoding="klingon"?>'), "xml.charset"),
    "a charset of several bytes": (document(declaration='<?xml version="1.0" encoding="shift_jis"?>'), "xml.charset"),
    "Latin letters as UTF-8": (document(group(name="5Æ")).encode("iso-8859-1"), "xml.encoding"),
    "UTF-8 as Latin": (document(group(name="5Æ"), declaration=LATIN), "xml.encoding"),
    "UTF-8 as Latin in an attribute": (
        document(group(), declaration=LATIN, number=NUMBER.replace("ø", "oe")),
        "xml.encoding",
    ),
    "a mark of UTF-8 before Latin": (codecs.BOM_UTF8 + document(declaration=LATIN).encode(), "xml.encoding"),
    "UTF-16 declared": (document(declaration='<?xml version="1.0" encoding="utf-16"?>'), "xml.encoding"),
    "another format": ("<html><body>404</body></html>", "skolegrunddata.root_unknown"),
    "an envelope with a fault": ("<Envelope><Body><Fault>x</Fault></Body></Envelope>", "skolegrunddata.root_unknown"),
    "no source": (document(head=HEAD.replace("source=", "kilde=")), "skolegrunddata.head_missing"),
    "an empty source": (document(head=HEAD.replace("Prøveadministration", " ")), "skolegrunddata.head_missing"),
    "no moment": (document(head=HEAD.replace("sourceDateTime", "tid")), "skolegrunddata.head_missing"),
    "no school year": (document(head=HEAD.replace("schoolYear", "aar")), "skolegrunddata.head_missing"),
    "no moment of an export": (export(source(), head='accessLevel="full"'), "skolegrunddata.head_missing"),
    "no level of an export": (
        export(source(), head='exportDateTime="2022-11-11T04:00:00"'),
        "skolegrunddata.head_missing",
    ),
    "no import source": (export(""), "skolegrunddata.head_missing"),
    "a long source": (document(head=HEAD.replace("Prøve", "x" * 300)), "skolegrunddata.head_too_long"),
    "a CPR number": (document(head=HEAD.replace("Prøve", "610112-0008 ")), "skolegrunddata.head_identifier"),
    "a control character": (document(head=HEAD.replace("Prøve", "\x9b")), "skolegrunddata.head_characters"),
    "many sources": (export("".join(source(f"P{n}") for n in range(21))), "skolegrunddata.head_too_long"),
    "a moment that is none": (document(head=HEAD.replace("11-10T", "13-10T")), "skolegrunddata.moment_invalid"),
    "a moment in words": (document(head=HEAD.replace("2022-11-10T17:00:00", "i dag")), "skolegrunddata.moment_invalid"),
    "a moment of year 1": (document(head=HEAD.replace("2022-11-10T", "0001-01-01T")), "skolegrunddata.moment_invalid"),
    "a moment in 2099": (document(head=HEAD.replace("2022-11-10", "2099-11-10")), "skolegrunddata.moment_in_future"),
    "one year": (document(head=HEAD.replace("2022-2023", "2022")), "skolegrunddata.school_year_invalid"),
    "two years apart": (document(head=HEAD.replace("2022-2023", "2022-2024")), "skolegrunddata.school_year_invalid"),
    "a year of old": (document(head=HEAD.replace("2022-2023", "1922-1923")), "skolegrunddata.school_year_invalid"),
    "two school years": (export(source() + source(year="2021-2022")), "skolegrunddata.school_years_several"),
    "no institution": (f"<UNILoginImport {HEAD}/>", "skolegrunddata.institution_missing"),
    "no number": (document(number=""), "skolegrunddata.institution_missing"),
    "a number after the groups": (document(group(), NUMBER, number=""), "skolegrunddata.institution_missing"),
    "five digits": (document(number=NUMBER.replace("910101", "10101")), "skolegrunddata.institution_invalid"),
    "small letters": (document(number=NUMBER.replace("910101", "g01012")), "skolegrunddata.institution_invalid"),
    "two institutions": (document(after=SECOND), "skolegrunddata.institutions_several"),
    "two numbers": (document(number=NUMBER + NUMBER), "skolegrunddata.institutions_several"),
    "a number after the first person": (document(group(), pupil(), NUMBER), "skolegrunddata.institutions_several"),
    "two roots in an envelope": (
        f"<Envelope>{document()}{document()}</Envelope>",
        "skolegrunddata.institutions_several",
    ),
    "a group after a person": (document(group(), pupil(), group("2")), "skolegrunddata.groups_after_persons"),
}


@pytest.mark.parametrize("what", OF_FILES)
def test_a_file_that_cannot_be_taken_is_refused_with_a_code_of_its_own(what: str) -> None:
    text, code = OF_FILES[what]
    with pytest.raises(Problem) as refused:
        read(text)
    assert refused.value.code == code
    said = refused.value.messages
    assert said["da"] != said["en"]
    assert "Prøve" not in said["da"] + said["en"]


def test_a_fault_after_a_letter_that_a_block_divides_is_no_fault_of_the_charset() -> None:
    before = document(group()).partition("</Institution>")[0].encode()
    filled = before + b"x" * (limits.BLOCK_BYTES - len(before) - 1) + "Æ".encode() + b"<a b=1/>"
    with pytest.raises(Problem) as refused:
        read(filled)
    assert refused.value.code == "xml.invalid"


def test_every_problem_is_shown_by_a_test() -> None:
    """Those of limits are in ``test_hostile``."""
    declared = {each.code for each in vars(problems).values() if isinstance(each, type) and issubclass(each, Problem)}
    of_limits = {"xml.too_deep", "xml.token_too_long", "xml.too_many_names", "xml.value_too_long"}
    of_limits |= {"skolegrunddata.too_many_groups", "skolegrunddata.too_many_persons"}
    of_limits |= {"skolegrunddata.too_many_pupils", "skolegrunddata.no_pupils"}  # in ``test_declared``
    assert declared - {"invalid", "too_large"} == ({code for _, code in OF_FILES.values()} - {"file.empty"}) | of_limits


OF_PUPILS: dict[str, tuple[str, str, str]] = {
    "an unknown level": (pupil(level="5A"), "skolegrunddata.level_unknown", "Level"),
    "no group": (pupil(main_group=""), "skolegrunddata.main_group_unknown", "MainGroupId"),
    "a group of another file": (pupil(main_group="77"), "skolegrunddata.main_group_unknown", "MainGroupId"),
    "a group that is no class": (pupil(main_group="2"), "skolegrunddata.main_group_no_class", "MainGroupId"),
    "an unknown role": (pupil(role="Lærling"), "skolegrunddata.role_unknown", "Role"),
    "no role": (pupil(role=""), "skolegrunddata.role_unknown", "Role"),
    "protection in words": (pupil(protected=' protected="ja"'), "skolegrunddata.protected_invalid", "protected"),
    "a lost zero": (pupil(cpr_number="112000811"), "skolegrunddata.cpr_zero_lost", "CivilRegistrationNumber"),
}


@pytest.mark.parametrize("what", OF_PUPILS)
def test_a_pupil_who_cannot_be_taken_is_refused_alone_and_no_value_is_repeated(what: str) -> None:
    person, code, element = OF_PUPILS[what]
    first, second = rows_of(document(group(), group("2", "Hold", "Hold"), person, pupil("L2")), "pupils")
    assert (codes_of(first), codes_of(second)) == ([code], [])
    (error,) = first.errors
    assert error.column == element
    said = PUPILS.catalog.messages(error.as_json())
    assert said["da"] != said["en"]
    assert code not in said.values()
    for value in ("5A", "77", "Lærling", "112000811"):
        assert f" {value} " not in f" {said['da']} {said['en']} {error.value_class} "


def test_a_second_person_with_the_same_local_id_of_the_same_source_is_refused_with_the_number_of_the_first() -> None:
    text = document(group(), pupil(), pupil(source="SFO"), pupil("L2"), pupil())
    *good, repeated = rows_of(text, "pupils")
    assert [codes_of(row) for row in good] == [[], [], []]
    assert codes_of(repeated) == ["skolegrunddata.person_repeated"]
    assert "person 1 " in PUPILS.catalog.messages(repeated.errors[0].as_json())["en"]


OF_CLASSES: dict[str, tuple[str, str, str]] = {
    "an unknown level": (group("2", level="11"), "skolegrunddata.level_unknown", "GroupLevel"),
    "dates reversed": (
        group("2", more="<FromDate>2022-12-01</FromDate><ToDate>2022-11-30</ToDate>"),
        "skolegrunddata.group_dates_reversed",
        "ToDate",
    ),
    "a date that is none": (group("2", more="<FromDate>2022-02-30</FromDate>"), "date.invalid", "FromDate"),
    "a date in words": (group("2", more="<ToDate>sommer</ToDate>"), "date.invalid", "ToDate"),
    "an id twice": (group("1"), "skolegrunddata.group_repeated", "GroupId"),
    "no id": (group(""), "value.required", "GroupId"),
}


@pytest.mark.parametrize("what", OF_CLASSES)
def test_a_class_that_cannot_be_taken_is_refused_alone(what: str) -> None:
    wrong, code, element = OF_CLASSES[what]
    first, second = rows_of(document(group(), wrong, pupil()), "classes")
    assert (codes_of(first), codes_of(second)) == ([], [code])
    assert second.errors[0].column == element
    said = CLASSES.catalog.messages(second.errors[0].as_json())
    assert said["da"] != said["en"]


def test_a_row_with_two_faults_names_both() -> None:
    (found,) = rows_of(document(group(), pupil(level="12", cpr_number="112000811")), "pupils")
    assert codes_of(found) == ["skolegrunddata.level_unknown", "skolegrunddata.cpr_zero_lost"]


@pytest.mark.parametrize("encoding", ["iso-8859-1", "windows-1252", "utf-16"])
def test_the_declared_charset_is_the_one_that_is_read(encoding: str) -> None:
    text = document(group(name="5Æ"), pupil(), declaration=f'<?xml version="1.0" encoding="{encoding}"?>')
    _, rows = read(text, encoding)
    assert [row.fields["name"] for row in rows if row.kind == "classes"] == ["5Æ"]
