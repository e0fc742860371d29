"""The migrations of courses, screening and identities go down and up again with rows in every table that they make."""

from collections import Counter
from uuid import UUID, uuid4

from sqlalchemy import text

from libs.shared.db.migrate import migrate
from libs.shared.db.scope import Scope
from services.registration.all_tables import METADATA
from tests.factories.schema import differences
from tests.integration.services.registration.migrations.test_migrations import _PROJECT, _SCHOOL
from tests.integration.services.registration.service import MIGRATIONS
from tests.realparts.databases import MakeDatabase, OwnDatabase

BEFORE = "0012"
"""The revision before courses had sessions by schedule."""

# Of one municipality, in the order of their references. Sealed columns hold bytes that nobody opens.
ROWS = """
INSERT INTO class_ (class_id, municipality_code, school_id, school_year, name, grade, kind, kind_given, line,
                    aggregate_version)
VALUES (:class, :code, :school, '2022/2023', '5A', 5, 'unknown', false, 'A', 1),
       (gen_random_uuid(), :code, :school, '2022/2023', '5B', 5, 'special', true, NULL, 1);
INSERT INTO class_kind_rules VALUES (:code, '101001', '[]', now());
INSERT INTO pupil (pupil_id, municipality_code, person_id, has_cpr_number, name, name_protected, aggregate_version)
VALUES (:pupil, :code, gen_random_uuid(), true, '', true, 1), (:other, :code, gen_random_uuid(), false, '', false, 1);
INSERT INTO former_identifier VALUES
       (gen_random_uuid(), :code, :pupil, 'cpr_number', '', gen_random_uuid(), now()),
       (gen_random_uuid(), :code, :pupil, 'uni_login', '', NULL, now());
INSERT INTO identity_change VALUES (gen_random_uuid(), 'merge', :pupil, gen_random_uuid(), 'somebody', now(), :code);
INSERT INTO pupil_conflict (conflict_id, municipality_code, kind, pupil_id, other_id, institution_number, since,
                            last_at)
VALUES (gen_random_uuid(), :code, 'two_pupils', :pupil, :other, '101001', now(), now());
INSERT INTO roster_source (municipality_code, source, moment, whole_file_id, last_file_id)
VALUES (:code, 'tea', now(), gen_random_uuid(), gen_random_uuid());
INSERT INTO roster_source_place VALUES (:code, 'tea', 'school', 's', '101001', '', '');
INSERT INTO course (course_id, municipality_code, project_id, school_id, class_id, code, variant, subjects, staff,
                    stated, start, last_day, planned_last_day, end_reason, continues, planned, minimum, verdicts,
                    judged_on, entry, outcome, attention, share, aggregate_version)
VALUES (:course, :code, :id, :school, :class, 'LANG-KODE', 'E1', '{danish}', '[]', 9, '2022-09-01', '2022-12-16',
        '2023-01-31', 'other', NULL, '[]', '[]', '[]', '2022-09-01', '{}', 'at_risk', '{dosage}', 12.50, 3),
       (:second, :code, :id, :school, NULL, 'LANG-KODE-2', 'C', '{}', '[]', 4, '2022-09-01', '2023-01-31', NULL, NULL,
        :course, '[]', '[]', '[]', '2022-09-01', NULL, 'unknown', '{}', NULL, 1);
INSERT INTO enrolment (enrolment_id, course_id, pupil_id, municipality_code, grade, designated, valid_from, valid_to,
                       origin, end_reason, aggregate_version)
VALUES (gen_random_uuid(), :course, :pupil, :code, 5, true, '2022-09-01', '2022-10-01', 'class', 'left', 2),
       (gen_random_uuid(), :course, :pupil, :code, 5, true, '2022-11-01', '2022-12-17', 'offer', NULL, 1),
       (gen_random_uuid(), :second, :other, :code, 5, false, '2022-09-01', '2022-09-01', 'named', NULL, 1);
INSERT INTO course_session (course_id, held_on, starts_at, municipality_code, minutes, pupils)
VALUES (:course, '2022-09-05', '10:00', :code, 45, 1);
INSERT INTO attendance VALUES (:course, '2022-09-05', '10:00', :pupil, :code, 45);
INSERT INTO enrolment_offer VALUES (:course, :other, :code, 'declined', 'somebody', now());
INSERT INTO regrouping VALUES (gen_random_uuid(), :code, 'split', '2022-10-01', :course, :second, 1, 'somebody', now());
INSERT INTO course_schedule VALUES (:course, :code, '[]', '[]', true);
INSERT INTO planned_session (course_id, day, starts_at, municipality_code, minutes, state)
VALUES (:course, '2022-09-05', '10:00', :code, 45, 'planned');
INSERT INTO kept_list VALUES (:list, :code, :school, '2022-10-01', '{}', 'screening-2021', 1, 2, 0, 1, 10, '{}', 1,
                              'somebody', now());
INSERT INTO kept_list_pupil VALUES (:list, 1, :pupil, :code, :school, '101001', :class, '5A', 5, '[]');
INSERT INTO selection (selection_id, municipality_code, school_id, kind, class_id, decided_on, decided_by, recorded_at,
                       socially_vulnerable, behind, reason, parents_dialogue, reasons, kept_list_id, reversed_on,
                       reversed_by, reversed_at, reversal_reason, version)
VALUES (:selection, :code, :school, 'pupil', NULL, '2022-10-03', 'somebody', now(), true, '{wellbeing}', '', '',
        '{shared_need}', :list, '2022-11-01', 'somebody', now(), '', 3);
INSERT INTO selection_pupil VALUES (:selection, :pupil, :code, '[]', true);
INSERT INTO selection_mark VALUES (:selection, :pupil, 2, :code, true, 'somebody', now());
INSERT INTO screening VALUES (:pupil, :code, 4);
INSERT INTO assessment VALUES (:assessment, :code, :school, '2022-10-03', 'screening-2021', 1, 'final', 2, 'somebody',
                               now(), now());
INSERT INTO assessment_pupil VALUES (:assessment, :pupil, :code);
INSERT INTO assessment_version VALUES (gen_random_uuid(), :assessment, 1, :code, 'draft', '', 'somebody', now())
"""
NAMES = ("id", "school", "class", "pupil", "other", "course", "second", "list", "selection", "assessment")
MADE = (
    *("class_kind_rules", "identity_change", "pupil_conflict", "roster_source", "roster_source_place", "attendance"),
    *("enrolment_offer", "regrouping", "course_schedule", "planned_session", "kept_list", "kept_list_pupil"),
    *("selection_mark", "assessment", "assessment_pupil", "assessment_version"),
)
"""Tables that the migrations make. What is in them is lost with the way down, and nothing else."""
KEPT = {"class_": 4, "pupil": 4, "former_identifier": 2, "course": 4, "enrolment": 4, "course_session": 2}
KEPT |= {"selection": 2, "selection_pupil": 2}


async def fill(own: OwnDatabase, code: str) -> dict[str, UUID]:
    """A row at least in each table."""
    ids = {name: uuid4() for name in NAMES}
    async with own.db.write(Scope.of(code)) as session:
        await session.execute(_PROJECT, {"id": ids["id"], "code": code, "plan": "{}"})
        await session.execute(_SCHOOL, {"school": ids["school"], "code": code, "number": f"{code}001"})
        for statement in ROWS.split(";\n"):
            await session.execute(text(statement), {**ids, "code": code})
    return ids


async def numbers(own: OwnDatabase, *tables: str) -> Counter[str]:
    """How many rows of the two municipalities each table has."""
    async with own.db.read(Scope.of("101", "147")) as session:
        return Counter(
            {each: (await session.execute(text(f"SELECT count(*) FROM {each}"))).scalar_one() for each in tables}
        )


async def test_rows_of_two_municipalities_survive_the_way_down_and_up(make_database: MakeDatabase) -> None:
    own = await make_database(MIGRATIONS)
    ids = [await fill(own, code) for code in ("101", "147")]
    assert 0 not in (await numbers(own, *MADE)).values()

    assert await migrate(MIGRATIONS, own.owner_url, revision=BEFORE, down=True) == BEFORE
    assert await numbers(own, *KEPT) == KEPT
    async with own.db.read(Scope.of("101", "147")) as session:
        last = await session.execute(
            text("SELECT DISTINCT valid_from::text FROM enrolment WHERE valid_to > valid_from")
        )
        assert list(last.scalars()) == ["2022-11-01"], "of a pupil's two enrolments in a course the last one"
        kinds = await session.execute(text("SELECT DISTINCT kind FROM former_identifier"))
        assert list(kinds.scalars()) == ["cpr_number"], "what a person's decision made is not known there"

    await migrate(MIGRATIONS, own.owner_url)
    assert await differences(own.owner_url, METADATA) == []
    assert await numbers(own, *KEPT, "screening") == {**KEPT, "screening": 2}
    assert set((await numbers(own, *MADE)).values()) == {0}
    async with own.db.read(Scope.of("101", "147")) as session:
        courses = await session.execute(text("SELECT course_id, code, stated FROM course WHERE variant = 'E1'"))
        assert {tuple(row) for row in courses} == {(of["course"], f"E1-{str(of['course'])[:13]}", 1) for of in ids}
        given = await session.execute(text("SELECT DISTINCT name, kind, kind_given FROM class_ ORDER BY 1"))
        assert [tuple(row) for row in given] == [("5A", "unknown", False), ("5B", "special", True)]
        found = await session.execute(text("SELECT pupil_id, aggregate_version FROM screening"))
        assert {tuple(row) for row in found} == {(of["pupil"], 1) for of in ids}
        versions = await session.execute(text("SELECT DISTINCT version, reversed_on, reasons FROM selection"))
        assert [tuple(row) for row in versions] == [(1, None, [])]

    # The release after writes as before, for a municipality that was not there.
    await fill(own, "151")
    assert await migrate(MIGRATIONS, own.owner_url, revision="base", down=True) == "base"
