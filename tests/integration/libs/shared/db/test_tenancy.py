"""A transaction sees the rows of its scope and nothing else, whatever SQL it runs (S2 of the quality goals)."""

import asyncio
import random

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from libs.shared.db import tenancy
from libs.shared.db.database import Database
from libs.shared.db.scope import NOBODY, Access, Scope
from tests.factories.statements import Statements
from tests.realparts.databases import MakeDatabase, OwnDatabase

TENANTS = [f"{100 + n}" for n in range(20)]


async def tenant_table(own: OwnDatabase) -> None:
    statements = Statements()
    statements.execute("CREATE TABLE child (id int, municipality_code text NOT NULL)")
    tenancy.enable(statements, "child", read=[Access.EVALUATOR], write=[Access.CONSUMER])
    await statements.run(own.owner_url)
    owner = Database(own.owner_url)
    async with owner.write(Scope.of(*TENANTS)) as session:
        for number, code in enumerate(TENANTS):
            await session.execute(text("INSERT INTO child VALUES (:id, :code)"), {"id": number, "code": code})
    await owner.close()


async def count(db: Database, scope: Scope) -> int:
    async with db.read(scope) as session:
        return int((await session.execute(text("SELECT count(*) FROM child"))).scalar_one())


async def test_a_transaction_without_a_tenant_sees_no_row(make_database: MakeDatabase) -> None:
    own = await make_database()
    await tenant_table(own)
    assert await count(own.db, NOBODY) == 0


async def test_a_scope_of_several_municipalities_sees_exactly_those(make_database: MakeDatabase) -> None:
    own = await make_database()
    await tenant_table(own)
    assert await count(own.db, Scope.of("101", "103")) == 2


async def test_a_named_access_passes_only_where_a_policy_names_it(make_database: MakeDatabase) -> None:
    own = await make_database()
    await tenant_table(own)
    assert await count(own.db, Scope(access=Access.EVALUATOR)) == 20
    assert await count(own.db, Scope(access=Access.SECRETARIAT)) == 0


async def test_a_reading_access_cannot_write(make_database: MakeDatabase) -> None:
    own = await make_database()
    await tenant_table(own)
    async with own.db.write(Scope(access=Access.EVALUATOR)) as session:
        changed = await session.execute(text("UPDATE child SET id = 0 RETURNING id"))
        assert changed.all() == []
    with pytest.raises(DBAPIError, match="row-level security"):
        async with own.db.write(Scope(access=Access.EVALUATOR)) as session:
            await session.execute(text("INSERT INTO child VALUES (99, '101')"))


async def test_a_row_cannot_be_written_into_another_municipality(make_database: MakeDatabase) -> None:
    own = await make_database()
    await tenant_table(own)
    with pytest.raises(DBAPIError, match="row-level security"):
        async with own.db.write(Scope.of("101")) as session:
            await session.execute(text("INSERT INTO child VALUES (99, '102')"))


async def test_the_owner_is_held_by_the_policies_too(make_database: MakeDatabase) -> None:
    own = await make_database()
    await tenant_table(own)
    owner = Database(own.owner_url)
    assert await count(owner, NOBODY) == 0
    await owner.close()


async def test_the_application_role_owns_no_table_and_cannot_switch_a_policy_off(make_database: MakeDatabase) -> None:
    own = await make_database()
    await tenant_table(own)
    for statement in (
        "ALTER TABLE child DISABLE ROW LEVEL SECURITY",
        "DROP POLICY tenant ON child",
        "SET ROLE postgres",
    ):
        with pytest.raises(DBAPIError):
            async with own.db.write(Scope.of("101")) as session:
                await session.execute(text(statement))


async def test_a_read_session_refuses_to_write(make_database: MakeDatabase) -> None:
    own = await make_database()
    await tenant_table(own)
    with pytest.raises(DBAPIError, match="read-only"):
        async with own.db.read(Scope.of("101")) as session:
            await session.execute(text("DELETE FROM child"))


async def test_ten_thousand_interleaved_requests_of_twenty_tenants_on_two_connections_see_no_foreign_row(
    make_database: MakeDatabase,
) -> None:
    own = await make_database(pool=2)
    await tenant_table(own)
    chance = random.Random(7)  # noqa: S311 - a seed, not a secret
    foreign: list[tuple[str, str]] = []
    own_rows: list[int] = []
    empty: list[int] = []
    unexpected: list[BaseException | None] = []

    async def request(code: str, fate: float) -> None:
        scope = Scope.of(code) if fate < 0.9 else NOBODY
        async with own.db.read(scope) as session:
            rows = (await session.execute(text("SELECT municipality_code FROM child"))).scalars().all()
            (empty if scope is NOBODY else own_rows).append(len(rows))
            foreign.extend((code, row) for row in rows if row != code)
            if fate < 0.1:
                raise RuntimeError("a handler failed")
            if fate < 0.15:
                await session.execute(text("SELECT pg_sleep(5)"))

    async def one(code: str, fate: float) -> None:
        task = asyncio.create_task(request(code, fate))
        if 0.1 <= fate < 0.15:  # cancelled during a statement, as when the client disconnects
            await asyncio.sleep(0.05)
            task.cancel()
        (ended,) = await asyncio.gather(task, return_exceptions=True)
        expected = RuntimeError if fate < 0.1 else asyncio.CancelledError if fate < 0.15 else type(None)
        if not isinstance(ended, expected):
            unexpected.append(ended)

    async def stream() -> None:
        for _ in range(200):
            await one(chance.choice(TENANTS), chance.random() if chance.random() < 0.1 else 0.5 + chance.random() / 2)

    await asyncio.gather(*(stream() for _ in range(50)))
    assert unexpected == []
    assert foreign == []
    assert set(own_rows) == {1}, "each tenant has one row"
    assert set(empty) == {0}
    # One request in ten has a fate that may end it; of these, a twentieth is cancelled, perhaps before it reads.
    assert len(own_rows) + len(empty) > 9_800
