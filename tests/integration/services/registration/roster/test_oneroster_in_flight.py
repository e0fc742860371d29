"""A OneRoster delta is completed from the files before it, so it is taken only when these are applied."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import httpx
import pytest

from libs.shared.base.errors import Problem
from libs.shared.client.addresses import Addresses
from libs.shared.client.caller import Caller
from libs.shared.client.imports.client import Imports
from libs.shared.client.imports.uploads import Content
from libs.shared.client.repeating import Patience
from libs.shared.client.tokens import GivenToken
from libs.shared.db.database import WriteSession
from libs.shared.db.scope import Scope
from libs.shared.files.formats import SourceFile
from libs.shared.files.oneroster.declared import ONEROSTER
from libs.shared.files.oneroster.known import Known
from libs.shared.imports.receipts.receipt import Receipt
from libs.shared.imports.receipts.source_files import SourceFiles
from libs.shared.privacy.keys import LookupKeys
from services.registration.roster.lock import lock_roster
from services.registration.roster.sources.part import sources
from tests.factories.files import whole
from tests.factories.service import Callers
from tests.integration.services.registration.roster.test_oneroster import ACTIVE, REMOVED, moves, stays
from tests.integration.services.registration.roster.zip_files import ZipSender, bulk, delta, enrolment
from tests.integration.services.registration.service import Registration

SCHOOLS = "institution_number;name;kind\n910101;Prøveskolen;public\n910102;Syd;public\n"
AFTER_THE_MOVE = [("5A", "2022-08-01", "2022-10-03"), ("5B", "2022-10-03", "2023-08-01")]
LEAVES_5B = enrolment(1, "910101", "5B", REMOVED.replace("10-02", "10-19"))
"""The first day in 5B is what the delta before said."""


class Meeting:
    """Lets two uploads ask what is known before one of them is taken."""

    def __init__(self, inner: SourceFiles) -> None:
        self._inner = inner
        self._both = asyncio.Barrier(2)

    async def known(self, municipality_code: str, source: str) -> Known:
        found = await self._inner.known(municipality_code, source)
        await self._both.wait()
        return found

    async def take(
        self, session: WriteSession, code: str, file_id: UUID, file: SourceFile, known: Known | None, *, write: bool
    ) -> None:
        await self._inner.take(session, code, file_id, file, known, write=write)


@pytest.fixture
async def ready(registration: Registration) -> Registration:
    """A whole file is applied."""
    await registration.send("schools", SCHOOLS)
    await registration.queue_zip(ONEROSTER, bulk(day=1))
    await registration.settle()
    return registration


async def refusal(registration: Registration, content: bytes) -> Problem:
    with pytest.raises(Problem) as refused:
        await registration.queue_zip(ONEROSTER, content)
    return refused.value


async def test_a_delta_waits_for_the_delta_before_it_and_builds_on_it(ready: Registration) -> None:
    first = await ready.queue_zip(ONEROSTER, delta(day=4, enrollments=moves(1)))
    refused = await refusal(ready, delta(day=20, enrollments=LEAVES_5B))
    assert (refused.status, refused.code, refused.extra) == (409, "source.unfinished", {"retry_after": 2})
    assert str(first.id) in refused.messages["da"]
    stored = await ready.rows("SELECT count(*) AS n FROM import_receipt WHERE kind = 'oneroster'", "101")
    assert stored[0]["n"] == 2, "nothing of the refused one is kept"
    await ready.settle()
    await ready.queue_zip(ONEROSTER, delta(day=20, enrollments=LEAVES_5B))
    await ready.settle()
    assert await stays(ready, 1) == [AFTER_THE_MOVE[0], ("5B", "2022-10-03", "2022-10-20")]


async def test_of_two_deltas_that_were_completed_from_the_same_data_one_is_taken(ready: Registration) -> None:
    meeting = Meeting(sources(ready.db, ready.vault, LookupKeys(ready.lookup_keys)))
    contents = [delta(day=day, enrollments=moves(day)) for day in (4, 5)]
    answers = await asyncio.gather(
        *(ready.queue_parts(ONEROSTER, whole(each), sources=meeting) for each in contents), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in answers) == ["Receipt", "SourceUnfinished"]
    await ready.settle()
    (taken,) = [number for number, each in zip((4, 5), answers, strict=True) if isinstance(each, Receipt)]
    assert await stays(ready, taken) == AFTER_THE_MOVE
    assert await stays(ready, 9 - taken) == [("5A", "2022-08-01", "2023-08-01")]


async def test_what_a_cancelled_delta_said_is_sent_again_before_anything_follows(ready: Registration) -> None:
    lost = await ready.queue_zip(ONEROSTER, delta(day=4, enrollments=moves(1)))
    await ready.change(
        "UPDATE import_receipt SET state = 'cancelled', finished_at = now()", "101", f"{lost.parts[0].id}"
    )
    refused = await refusal(ready, delta(day=20, enrollments=LEAVES_5B))
    assert (refused.status, refused.code, refused.extra) == (409, "source.changes_missing", {})
    await ready.queue_zip(ONEROSTER, delta(day=4, enrollments=moves(1)))
    await ready.settle()
    assert await stays(ready, 1) == AFTER_THE_MOVE
    assert (await refusal(ready, delta(day=4, enrollments=moves(2)))).code == "source.older"
    await ready.queue_zip(ONEROSTER, delta(day=20, enrollments=LEAVES_5B))


async def test_a_whole_file_heals_what_a_cancelled_delta_left(ready: Registration) -> None:
    lost = await ready.queue_zip(ONEROSTER, delta(day=4, enrollments=moves(1)))
    await ready.change(
        "UPDATE import_receipt SET state = 'cancelled', finished_at = now()", "101", f"{lost.parts[0].id}"
    )
    await ready.queue_zip(ONEROSTER, bulk(day=5))
    assert (await refusal(ready, delta(day=20, enrollments=moves(2)))).code == "source.unfinished"
    await ready.settle()
    await ready.queue_zip(ONEROSTER, delta(day=20, enrollments=moves(2)))


@asynccontextmanager
async def client_of(callers: Callers) -> AsyncIterator[tuple[Imports, Caller]]:
    async with httpx.AsyncClient(transport=callers.client._transport) as http:
        token = GivenToken(callers.token("municipality_integration", "101"))
        caller = Caller(http, Addresses({"registration": "http://service"}, ""), token, Patience(seconds=60))
        yield Imports(caller, "registration"), caller


async def test_the_client_waits_for_the_former_delta_and_sends_again(
    callers: Callers, registration: Registration
) -> None:
    await registration.send("schools", SCHOOLS)
    await callers.set_municipality()
    await ZipSender(callers).sent(bulk(day=1))
    entered = enrolment(1, "910101", "5B", ACTIVE, "2022-10-03,")

    async with client_of(callers) as (imports, caller):

        async def send(day: int, rows: str) -> str:
            content = Content(delta(day=day, enrollments=rows), "application/zip")
            receipt = await imports.send(content, kind="oneroster", municipality="101", wait=False)
            return (await imports.final(receipt, seconds=60)).state.value

        async with registration.db.write(Scope.of("101")) as session:
            await lock_roster(session, "101")
            first = asyncio.create_task(send(4, enrolment(1, "910101", "5A", REMOVED) + entered))
            async with asyncio.timeout(30):
                while not await registration.rows(  # noqa: ASYNC110 - the other task is what is waited for
                    "SELECT 1 FROM import_receipt WHERE kind = 'oneroster' AND told IS NOT NULL OFFSET 1", "101"
                ):
                    await asyncio.sleep(0.05)
                second = asyncio.create_task(send(20, LEAVES_5B))
                while not caller.retries:  # noqa: ASYNC110 - the other task is what is waited for
                    await asyncio.sleep(0.05)
        assert await asyncio.gather(first, second) == ["completed", "completed"]
    assert await stays(registration, 1) == [AFTER_THE_MOVE[0], ("5B", "2022-10-03", "2022-10-20")]
