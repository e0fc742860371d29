"""One key has one effect on a real database: for requests at once, interrupted ones, expired keys, other callers, and
pruning.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from libs.shared.auth.principal import Principal, Role
from libs.shared.base.errors import Conflict, NotFound
from libs.shared.db.database import WriteSession
from libs.shared.db.scope import NOBODY, Access, Scope
from libs.shared.idempotency import once as module
from libs.shared.idempotency import steps
from libs.shared.idempotency.attempts import Asked, Attempt
from libs.shared.idempotency.housekeeping import Pruning
from libs.shared.idempotency.once import KEPT, once
from libs.shared.idempotency.problems import CreatedGone, KeyReused, StillRunning
from tests.factories.statements import Statements
from tests.realparts.databases import MakeDatabase, OwnDatabase

NOW = datetime(2023, 6, 30, 12, tzinfo=UTC)
ONE, OTHER = Scope.of("101"), Scope.of("102")
EVALUATOR, SECRETARIAT = Scope(access=Access.EVALUATOR), Scope(access=Access.SECRETARIAT)
KEY, SUBJECT, WORDS = "course-910101-2023", "leader@school.example", "Ask has been away"


async def _tables(owner_url: str) -> None:
    statements = Statements()
    steps.up(statements, 1)
    statements.execute("CREATE TABLE thing (id uuid PRIMARY KEY)")
    await statements.run(owner_url)


@pytest.fixture
async def own(make_database: MakeDatabase) -> OwnDatabase:
    """A database with the table of keys and a table of things to create."""
    return await make_database(_tables)


def attempt(
    scope: Scope = ONE, *, key: str = KEY, body: str = WORDS, subject: str = SUBJECT, at: datetime = NOW
) -> Attempt | None:
    caller = Principal(subject, frozenset({Role.SCHOOL}), scope.municipality_codes)
    return Attempt.of(Asked.of(key, "POST", "/v1/things?", f'{{"words": "{body}"}}'.encode()), caller, scope, at)


async def create(session: WriteSession) -> UUID:
    made = uuid4()
    await session.execute(text("INSERT INTO thing (id) VALUES (:id)"), {"id": made})
    return made


async def fetch(session: WriteSession, reference: str) -> UUID:
    found = await session.execute(text("SELECT id FROM thing WHERE id = :id"), {"id": UUID(reference)})
    thing: UUID | None = found.scalar_one_or_none()
    if thing is None:
        raise NotFound
    return thing


async def run(own: OwnDatabase, asked: Attempt | None, scope: Scope = ONE, *, then: Exception | None = None) -> UUID:
    """One request, which may fail after its effect and before its commit."""
    async with own.db.write(scope) as session:
        made = await once(
            session, asked, create=lambda: create(session), reference=str, again=lambda kept: fetch(session, kept)
        )
        if then is not None:
            raise then
        return made


async def things(own: OwnDatabase) -> int:
    async with own.db.read() as session:
        return int((await session.execute(text("SELECT count(*) FROM thing"))).scalar_one())


async def keys(own: OwnDatabase, scope: Scope) -> int:
    async with own.db.read(scope) as session:
        return int((await session.execute(text("SELECT count(*) FROM idempotency_key"))).scalar_one())


async def test_five_requests_at_once_have_one_effect_and_the_same_answer(own: OwnDatabase) -> None:
    answers = await asyncio.gather(*(run(own, attempt()) for _ in range(5)))
    assert len(set(answers)) == 1
    assert await run(own, attempt()) == answers[0]
    assert await things(own) == 1


async def test_the_second_creates_when_the_first_is_rolled_back_while_it_waits(own: OwnDatabase) -> None:
    async with own.db.write(ONE) as session:
        first = await once(
            session, attempt(), create=lambda: create(session), reference=str, again=lambda _: create(session)
        )
        second = asyncio.create_task(run(own, attempt()))
        await asyncio.sleep(0.3)
        assert not second.done()
        await session.rollback()
    assert await second != first
    assert await things(own) == 1


async def test_a_request_that_fails_or_dies_before_its_commit_leaves_neither_effect_nor_key(own: OwnDatabase) -> None:
    with pytest.raises(Conflict):
        await run(own, attempt(), then=Conflict())
    assert (await things(own), await keys(own, ONE)) == (0, 0)
    with pytest.raises(DBAPIError):  # noqa: PT012 - the commit fails
        async with own.db.write(ONE) as session:
            await once(
                session, attempt(), create=lambda: create(session), reference=str, again=lambda _: create(session)
            )
            pid = (await session.execute(text("SELECT pg_backend_pid()"))).scalar_one()
            admin = await asyncpg.connect(own.admin_url)
            await admin.execute("SELECT pg_terminate_backend($1)", pid)
            await admin.close()
    assert (await things(own), await keys(own, ONE)) == (0, 0)
    await run(own, attempt())
    assert (await things(own), await keys(own, ONE)) == (1, 1)


async def test_a_request_that_waits_too_long_is_told_to_come_again_and_other_locks_keep_their_limit(
    own: OwnDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WAIT_SECONDS", 1)
    async with own.db.write(ONE) as session:
        await session.execute(text("SET LOCAL lock_timeout = '47s'"))
        first = await once(
            session, attempt(), create=lambda: create(session), reference=str, again=lambda _: create(session)
        )
        assert (await session.execute(text("SHOW lock_timeout"))).scalar_one() == "47s"
        with pytest.raises(StillRunning) as refused:
            await run(own, attempt())
        assert refused.value.extra["retry_after"] == 1
    assert await run(own, attempt()) == first
    assert await things(own) == 1


async def test_a_key_belongs_to_one_request(own: OwnDatabase) -> None:
    first = await run(own, attempt())
    with pytest.raises(KeyReused):
        await run(own, attempt(body="Bo has been away"))
    assert await run(own, attempt()) == first
    assert await things(own) == 1


def test_white_space_and_the_order_of_fields_make_no_other_request() -> None:
    def of(body: bytes, target: str = "/v1/things?", method: str = "POST") -> bytes:
        return Asked.of(KEY, method, target, body).fingerprint

    assert of(b'{"a": 1, "b": [1, 2]}') == of(b'{"b":[1,2],\n"a":1}')
    different = [b'{"a": 1, "b": [2, 1]}', b'{"a": "1", "b": [1, 2]}', b'{"a": 1}', b"", b"a", b"\xff", b"[" * 100_000]
    assert len({of(each) for each in different}) == len(different)
    assert len({of(b"{}"), of(b"{}", "/v1/things/1?"), of(b"{}", "/v1/things?x=1"), of(b"{}", method="PUT")}) == 4


async def test_a_tenants_key_never_meets_anothers_and_a_callers_never_anothers(own: OwnDatabase) -> None:
    both = Scope.of("101", "102")
    asked: list[tuple[Scope, str]] = [(scope, SUBJECT) for scope in (ONE, OTHER, both, EVALUATOR, SECRETARIAT)]
    asked += [(ONE, "someone-else")]
    made = [await run(own, attempt(scope, subject=subject), scope) for scope, subject in asked]
    assert len(set(made)) == len(made) == await things(own)
    for (scope, subject), thing in zip(asked, made, strict=True):
        assert await run(own, attempt(scope, subject=subject), scope) == thing
    seen = {"101": 3, "102": 1}
    assert {code: await keys(own, Scope.of(code)) for code in seen} == seen
    assert [await keys(own, scope) for scope in (EVALUATOR, SECRETARIAT, NOBODY, Scope.of("103"))] == [1, 1, 0, 0]
    assert await keys(own, Scope(access=Access.OPERATOR)) == len(made)


async def test_no_row_can_be_written_for_another_tenant(own: OwnDatabase) -> None:
    for scope in (OTHER, EVALUATOR, NOBODY):
        with pytest.raises(DBAPIError, match="row-level security"):
            await run(own, attempt(ONE), scope)
    assert await things(own) == 0


async def test_who_has_no_tenant_has_no_key(own: OwnDatabase) -> None:
    assert attempt(NOBODY) is None
    assert await run(own, None, NOBODY) != await run(own, None, NOBODY)


async def test_a_key_is_remembered_for_seven_days_and_is_then_a_new_one(own: OwnDatabase) -> None:
    first = await run(own, attempt())
    assert await run(own, attempt(at=NOW + KEPT)) == first
    late = NOW + KEPT + timedelta(seconds=1)
    again = await asyncio.gather(*(run(own, attempt(at=late, body="something else")) for _ in range(3)))
    assert len(set(again)) == 1
    assert again[0] != first
    assert await run(own, attempt(at=late + KEPT, body="something else")) == again[0]
    assert await things(own) == 2


async def test_the_worker_prunes_what_is_past_its_time_of_every_tenant(own: OwnDatabase) -> None:
    for scope in (ONE, EVALUATOR):
        await run(own, attempt(scope), scope)
        await run(own, attempt(scope, key="later", at=NOW + timedelta(days=1)), scope)
    stop = asyncio.Event()
    pruning = asyncio.create_task(Pruning(own.db, clock=lambda: NOW + KEPT + timedelta(hours=1)).run(stop))
    async with asyncio.timeout(20):
        while await keys(own, Scope(access=Access.OPERATOR)) != 2:  # noqa: ASYNC110 - the rows are in PostgreSQL
            await asyncio.sleep(0.02)
    stop.set()
    await asyncio.wait_for(pruning, 10)
    assert [await keys(own, scope) for scope in (ONE, EVALUATOR)] == [1, 1]


async def test_what_is_gone_is_not_created_again(own: OwnDatabase) -> None:
    await run(own, attempt())
    async with own.db.write() as session:
        await session.execute(text("DELETE FROM thing"))
    with pytest.raises(CreatedGone):
        await run(own, attempt())
    assert await things(own) == 0


async def test_neither_key_nor_caller_nor_request_is_kept_in_the_clear(own: OwnDatabase) -> None:
    await run(own, attempt(key="6101120008"))
    admin = await asyncpg.connect(own.admin_url)
    found = dict(await admin.fetchrow("SELECT * FROM idempotency_key") or {})
    await admin.close()
    row = str(found)
    assert found["tenant"] == "101"
    assert not any(word in row for word in ("6101120008", SUBJECT, "Ask", "away", "things"))
