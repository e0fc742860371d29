"""The migrations create what the models declare, and can be reverted."""

from uuid import uuid4

from sqlalchemy import text

from libs.shared.db.migrate import migrate
from libs.shared.db.scope import Access, Scope
from services.registration.all_tables import METADATA
from tests.factories.schema import differences
from tests.integration.services.registration.service import MIGRATIONS
from tests.realparts.databases import MakeDatabase

_PROJECT = text("""
INSERT INTO project (project_id, municipality_code, title, school_ids, plan, status, verdicts, aggregate_version)
VALUES (:id, :code, 'Projekt', '{}', CAST(:plan AS jsonb), 'draft', '[]', 1)
""")
_SCHOOL = text("""
INSERT INTO school (school_id, municipality_code, institution_number, name, kind, standing, first_used_on,
                    aggregate_version)
VALUES (:school, :code, :number, 'Skole', 'public', 'registered', '2022-08-01', 1)
""")
_COURSE = text("""
INSERT INTO course (course_id, municipality_code, project_id, school_id, code, variant, subjects, staff, stated, start,
                    last_day, planned, minimum, verdicts, judged_on, outcome, attention, aggregate_version)
VALUES (:course, :code, :id, :school, 'E1-1', 'E1', '{}', '[]', 0, '2022-09-01', '2023-01-31', CAST(:planned AS jsonb),
        '[]', '[]', '2022-09-01', 'unknown', '{}', 1)
""")


async def test_the_database_is_what_the_models_say(make_database: MakeDatabase) -> None:
    own = await make_database(MIGRATIONS)
    assert await differences(own.owner_url, METADATA) == []


async def test_the_migrations_go_up_down_and_up_again(make_database: MakeDatabase) -> None:
    own = await make_database(MIGRATIONS)
    assert await migrate(MIGRATIONS, own.owner_url, revision="base", down=True) == "base"
    assert await migrate(MIGRATIONS, own.owner_url) >= "0001"


async def test_plans_of_every_municipality_get_their_last_day_by_its_new_name(make_database: MakeDatabase) -> None:
    own = await make_database(MIGRATIONS)
    for code in ("101", "147"):
        async with own.db.write(Scope.of(code)) as session:
            await session.execute(_PROJECT, {"id": uuid4(), "code": code, "plan": '{"last_day": "2023-06-23"}'})

    async def plans() -> list[object]:
        async with own.db.read(Scope.of("101", "147")) as session:
            return list((await session.execute(text("SELECT plan FROM project"))).scalars())

    assert await migrate(MIGRATIONS, own.owner_url, revision="0003", down=True) == "0003"
    assert await plans() == [{"end": "2023-06-23"}] * 2
    await migrate(MIGRATIONS, own.owner_url)
    assert await plans() == [{"last_day": "2023-06-23"}] * 2


async def test_book_packages_of_every_municipality_get_their_new_name(make_database: MakeDatabase) -> None:
    own = await make_database(MIGRATIONS)
    phases = '[{"weeks": 1}, {"packages": 6, "weeks": 16}, {"packages": null}]'
    for code in ("101", "147"):
        async with own.db.write(Scope.of(code)) as session:
            ids = {"id": uuid4(), "school": uuid4(), "course": uuid4(), "code": code, "number": f"{code}001"}
            await session.execute(_PROJECT, {"id": ids["id"], "code": code, "plan": f'{{"efforts": {phases}}}'})
            await session.execute(_SCHOOL, ids)
            await session.execute(_COURSE, {**ids, "planned": phases})

    async def planned() -> list[object]:
        async with own.db.read(Scope.of("101", "147")) as session:
            of_plans = (await session.execute(text("SELECT plan -> 'efforts' FROM project"))).scalars()
            return [*of_plans, *(await session.execute(text("SELECT planned FROM course"))).scalars()]

    assert await migrate(MIGRATIONS, own.owner_url, revision="0004", down=True) == "0004"
    assert await planned() == [[{"weeks": 1}, {"deliveries": 6, "weeks": 16}, {"deliveries": None}]] * 4
    await migrate(MIGRATIONS, own.owner_url)
    assert await planned() == [[{"weeks": 1}, {"packages": 6, "weeks": 16}, {"packages": None}]] * 4


async def test_what_is_registered_before_the_change_feed_has_an_entry_in_it(make_database: MakeDatabase) -> None:
    own = await make_database(MIGRATIONS)
    assert await migrate(MIGRATIONS, own.owner_url, revision="0005", down=True) == "0005"
    for code in ("101", "147"):
        async with own.db.write(Scope.of(code)) as session:
            given = {"school": uuid4(), "code": code, "number": f"{code}001"}
            await session.execute(_SCHOOL, given)
    await migrate(MIGRATIONS, own.owner_url)
    async with own.db.read(Scope.of("101", "147")) as session:
        found = await session.execute(text("SELECT institution_number, change FROM roster_change ORDER BY 1"))
        assert [tuple(row) for row in found] == [("101001", "changed"), ("147001", "changed")]


async def test_municipalities_of_initiatives_stay_when_the_release_before_is_installed_again(
    make_database: MakeDatabase,
) -> None:
    own = await make_database(MIGRATIONS)
    async with own.db.write(Scope(access=Access.SECRETARIAT)) as session:
        await session.execute(
            text("""
INSERT INTO municipality (municipality_code, name, status, status_from, comparison, aggregate_version)
VALUES ('101', 'København', 'accepted', 'initiative', false, 1), ('155', 'Dragør', 'not_invited', 'initiative', true, 1)
""")
        )

    async def found() -> list[tuple[str, str]]:
        async with own.db.read(Scope.of("101", "155")) as session:
            return [
                tuple(row) for row in await session.execute(text("SELECT municipality_code, status FROM municipality"))
            ]

    assert await migrate(MIGRATIONS, own.owner_url, revision="0007", down=True) == "0007"
    assert await found() == [("101", "accepted")]
    await migrate(MIGRATIONS, own.owner_url)
    assert await found() == [("101", "accepted")]
