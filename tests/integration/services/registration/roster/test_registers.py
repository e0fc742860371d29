"""Imported schools, classes, calendars and indicators, with their events."""

from libs.shared.db.scope import Access
from tests.factories.files import codes, counts
from tests.integration.services.registration.service import ASK, PUPIL_HEADER, SCHOOLS, Registration

INDICATOR_HEADER = "cpr_number;indicator;subject;grade;date;value\n"
TEST = "6101120008;national_test;reading;4;2022-03-15;jævn\n"


async def test_schools_are_created_changed_and_left_alone(registration: Registration) -> None:
    assert counts(await registration.send("schools", SCHOOLS)) == (2, 0, 0, 0)
    assert counts(await registration.send("schools", SCHOOLS.replace("Friskolen", "Den nye"))) == (1, 1, 0, 0)
    events = await registration.events("school")
    assert (len(events), events[-1]["aggregate_version"]) == (3, 2)
    assert "Den nye" not in str(events), "a name that a person wrote is not told"


async def test_a_class_named_after_a_child_is_told_by_its_grade_and_a_number_in_a_name_is_refused(
    registration: Registration,
) -> None:
    await registration.send("schools", SCHOOLS)
    header = "institution_number;school_year;name;grade;kind\n"
    rows = "910101;2022/2023;Zebrasen;5;special\n910101;2022/2023;5.b;5;ordinary\n"
    wrong = "910101;2022/2023;641112–1239;5;special\n"
    assert codes(await registration.send("classes", header + rows + wrong)) == {"text.identifier": 1}
    events = await registration.events("class")
    assert sorted(event["label"] for event in events) == ["5", "5B"]
    assert not any(word in str(events) for word in ("Zebrasen", "1239"))
    names = await registration.rows("SELECT name FROM class_ ORDER BY name", "101")
    assert [row["name"] for row in names] == ["5.b", "Zebrasen"]


async def test_a_number_of_another_municipality_is_refused_and_its_school_unchanged(registration: Registration) -> None:
    await registration.send("schools", SCHOOLS)
    taken = await registration.send("schools", SCHOOLS.replace("Friskolen", "Overtaget"), "102")
    assert codes(taken) == {"institution_number.taken": 2}
    assert len(await registration.events("school")) == 2


async def test_another_municipalitys_school_is_as_unknown_as_one_that_does_not_exist(
    registration: Registration,
) -> None:
    await registration.base()
    header = "institution_number;school_year;name;grade;kind\n"
    rows = "910101;2022/2023;5A;5;ordinary\n999999;2022/2023;5A;5;ordinary\n"
    assert codes(await registration.send("classes", header + rows, "102")) == {"institution_number.unknown": 2}
    days = "institution_number;date\n910101;2022-08-15\n999999;2022-08-15\n"
    assert codes(await registration.send("calendars", days, "102")) == {"institution_number.unknown": 2}


async def test_a_class_that_changes_grade_changes_its_pupils_events(registration: Registration) -> None:
    await registration.base()
    await registration.send("pupils", PUPIL_HEADER + ASK)
    header = "institution_number;school_year;name;grade;kind\n"
    assert counts(await registration.send("classes", header + "910101;2022/2023;5A;6;special\n")) == (1, 0, 0, 0)
    assert (await registration.events("class"))[-1]["grade"] == 6
    pupil = (await registration.events("pupil"))[-1]
    assert (pupil["aggregate_version"], pupil["memberships"][0]["grade"]) == (2, 6)
    assert counts(await registration.send("classes", header + "910101;2022/2023;5A;6;ordinary\n")) == (1, 0, 0, 0)
    assert len(await registration.events("pupil")) == 2, "the kind of a class is not in its pupils' events"


async def test_values_that_no_column_takes_are_refused(registration: Registration) -> None:
    await registration.send("schools", SCHOOLS)
    header = "institution_number;school_year;name;grade;kind\n"
    rows = (
        "91010;2022/2023;A;5;ordinary\n"
        "910101;2022/2024;B;5;ordinary\n"
        "910101;2022/2023;C;11;ordinary\n"
        "910101;2022/2023;D;5;mixed\n"
    )
    assert codes(await registration.send("classes", header + rows)) == {
        "institution_number.invalid": 1,
        "school_year.invalid": 1,
        "number.range": 1,
        "value.unknown": 1,
    }


async def test_a_calendar_event_holds_all_days_of_its_school_year(registration: Registration) -> None:
    await registration.send("schools", SCHOOLS)
    first = "institution_number;date\n910101;2022-08-16\n910101;2022-08-15\n910101;2022-06-20\n"
    assert counts(await registration.send("calendars", first)) == (3, 0, 0, 0)
    assert counts(await registration.send("calendars", first + "910101;17-08-2022\n")) == (1, 3, 0, 0)
    events = await registration.events("calendar")
    assert [(event["school_year"], event["aggregate_version"]) for event in events] == [
        ("2021/2022", 1),
        ("2022/2023", 1),
        ("2022/2023", 2),
    ]
    assert events[-1]["school_days"] == ["2022-08-15", "2022-08-16", "2022-08-17"]


async def test_indicators_are_kept_as_codes_and_corrected_by_key(registration: Registration) -> None:
    await registration.base()
    await registration.send("pupils", PUPIL_HEADER + ASK)
    rows = TEST + "6101120008;teacher_mark;danish;8;2023-01-16;2\n6101120008;education_readiness;;8;2023-01-16;ready\n"
    assert counts(await registration.send("indicators", INDICATOR_HEADER + rows)) == (3, 0, 0, 0)
    corrected = rows.replace("jævn", "Rigtig god")
    assert counts(await registration.send("indicators", INDICATOR_HEADER + corrected)) == (1, 2, 0, 0)
    kept = await registration.rows("SELECT indicator, value FROM indicator ORDER BY indicator", "101")
    assert [tuple(row.values()) for row in kept] == [
        ("education_readiness", "ready"),
        ("national_test", "very_good"),
        ("teacher_mark", "02"),
    ]


async def test_indicator_values_and_subjects_that_do_not_go_together_are_refused(registration: Registration) -> None:
    await registration.base()
    rows = (
        TEST.replace("jævn", "nogenlunde")
        + TEST.replace("reading", "danish")
        + TEST.replace("reading", "")
        + "6101120008;teacher_mark;danish;8;2023-01-16;5\n"
        + "6101120008;education_readiness;danish;8;2023-01-16;ready\n"
        + TEST.replace("2022", "2099")
        + TEST.replace("reading", "gaming")
    )
    assert codes(await registration.send("indicators", INDICATOR_HEADER + rows)) == {
        "value.unknown": 2,
        "indicator.subject": 4,
        "date.in_future": 1,
    }


async def test_an_indicator_of_an_unknown_pupil_waits_and_is_played_when_the_pupil_comes(
    registration: Registration,
) -> None:
    await registration.base()
    assert counts(await registration.send("indicators", INDICATOR_HEADER + TEST)) == (0, 0, 1, 0)
    again = TEST.replace("jævn", "god")
    assert counts(await registration.send("indicators", INDICATOR_HEADER + again)) == (0, 0, 1, 0)
    await registration.send("pupils", PUPIL_HEADER + ASK)
    assert [row["value"] for row in await registration.rows("SELECT value FROM indicator", "101")] == ["good"]
    assert await registration.rows("SELECT * FROM parked_row", "101") == []


async def test_no_identifier_is_found_in_the_clear_in_any_table(registration: Registration) -> None:
    await registration.base()
    await registration.send("indicators", INDICATOR_HEADER + TEST + TEST.replace("6101120008", "9901120008"))
    await registration.send("pupils", PUPIL_HEADER + ASK + ASK.replace("5A", "9Z"))
    tables = await registration.rows(
        "SELECT c.relname AS tablename FROM pg_class AS c "
        "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
    )
    seen = 0
    for table in (row["tablename"] for row in tables):
        for access in (None, Access.IDENTITY):
            found = await registration.rows(f'SELECT t::text AS t FROM "{table}" AS t', "101", access=access)
            seen += len(found)
            for row in found:
                for secret in ("6101120008", "9901120008", "ask00001", "Prøvesen", b"6101120008".hex()):
                    assert secret not in row["t"], table
    assert seen > 10
