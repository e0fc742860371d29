"""Projects keep their content when the versions are taken away and come again."""

from typing import Any
from uuid import uuid4

from sqlalchemy import text

from libs.shared.db.migrate import migrate
from libs.shared.db.scope import Access, Scope
from tests.integration.services.registration.service import MIGRATIONS
from tests.realparts.databases import MakeDatabase

_PROJECT = text("""
INSERT INTO project (project_id, municipality_code, title, school_ids, plan, status, verdicts, aggregate_version,
                     version, version_in_force)
VALUES (:id, :code, :title, '{}', CAST(:plan AS jsonb), :status, '[]', 1, :version, :in_force)
""")
_KEPT = text("""
INSERT INTO project_version (version_id, project_id, municipality_code, version, submission, outcome, title, school_ids,
                             plan, verdicts, decided_by, decided_at)
VALUES (:kept, :id, :code, 1, 1, 'approved', 'I kraft', '{}', '{"start": "2022-08-15"}', '[]', 'k1:x', now())
""")


async def test_an_amended_project_goes_back_to_its_version_in_force_and_an_unfinished_draft_gets_a_plan(
    make_database: MakeDatabase,
) -> None:
    own = await make_database(MIGRATIONS)
    rows: list[dict[str, Any]] = [
        {"title": "Ændring", "status": "submitted", "version": 2, "in_force": 1, "plan": '{"start": "2023-08-15"}'},
        {"title": "Kladde", "status": "draft", "version": 1, "in_force": None, "plan": None},
        {"title": "Sendt tilbage", "status": "returned", "version": 1, "in_force": None, "plan": "{}"},
        {"title": "Slut", "status": "closed", "version": 1, "in_force": 1, "plan": "{}"},
    ]
    for code in ("101", "147"):
        async with own.db.write(Scope.of(code)) as session:
            for row in rows:
                given = {**row, "id": uuid4(), "code": code, "kept": uuid4()}
                await session.execute(_PROJECT, given)
                if row["version"] == 2:
                    await session.execute(_KEPT, given)

    async def standing() -> list[tuple[Any, ...]]:
        async with own.db.read(Scope(access=Access.OPERATOR)) as session:
            found = await session.execute(
                text("SELECT title, status, plan ->> 'start' FROM project ORDER BY municipality_code, title")
            )
            return [tuple(row) for row in found]

    (name,) = [path.stem[:4] for path in (MIGRATIONS / "versions").glob("*_project_versions.py")]
    former = f"{int(name) - 1:04d}"
    assert await migrate(MIGRATIONS, own.owner_url, revision=former, down=True) == former
    before = [
        ("I kraft", "approved", "2022-08-15"),
        ("Kladde", "draft", "2021-01-01"),
        ("Sendt tilbage", "draft", None),
        ("Slut", "approved", None),
    ]
    assert await standing() == before * 2
    await migrate(MIGRATIONS, own.owner_url)
    assert await standing() == before * 2
    async with own.db.read(Scope.of("101", "147")) as reading:
        found = await reading.execute(text("SELECT title, version, version_in_force FROM project ORDER BY title"))
        assert {tuple(row) for row in found} == {
            ("I kraft", 1, 1),
            ("Kladde", 1, None),
            ("Sendt tilbage", 1, None),
            ("Slut", 1, 1),
        }
