"""Waiting rows of a kind with secrets are sealed, found by their pupil's id, and sealed again when keys rotate."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any
from uuid import UUID, uuid4

from sqlalchemy import text

from libs.shared.db.database import WriteSession
from libs.shared.db.scope import Scope
from libs.shared.files.columns import Column, read_uni_login
from libs.shared.files.kind import ImportRow, Kind
from libs.shared.imports.batch import Batch, BatchResult, Judged, Waiting, WaitingReason
from libs.shared.imports.handlers import Kinds
from libs.shared.imports.keys import IMPORT_PLACES
from libs.shared.imports.parked import Replayer, due
from libs.shared.privacy.keys import KeyRing
from libs.shared.rotation.sealing import reseal
from libs.shared.rotation.usage import in_use
from tests.factories.import_bench import Bench
from tests.factories.imported import cpr, day_file
from tests.factories.waiting import parking

ASK, BO = UUID(int=1), UUID(int=2)


class PersonRow(ImportRow):
    """A person with a first day."""

    uni_login: Annotated[str, Column("UNI-Login", "UNI-Login", "prov0001", secret=True, convert=read_uni_login)]
    name: Annotated[str, Column("navn", "name", "Ask Prøvesen 17", secret=True)]
    valid_from: Annotated[date, Column("dato", "date", "2022-08-01")]


PEOPLE = Kind(
    name="people", model=PersonRow, natural_key=("uni_login", "valid_from"), title_da="", title_en="", of_pupils=True
)


@dataclass
class Undecided:
    """Every row waits for a decision on its identity until ``decided``."""

    decided: bool = False
    taken: list[tuple[str, str]] = field(default_factory=list)

    async def lock(self, session: WriteSession, batch: Batch) -> None: ...

    async def judge(self, session: WriteSession, batch: Batch) -> Judged[None]:
        if self.decided:
            return Judged(BatchResult(accepted=len(batch)), None)
        return Judged(BatchResult(waiting=[Waiting(i, WaitingReason.IDENTITY, ASK) for i in range(len(batch))]), None)

    async def write(self, session: WriteSession, batch: Batch, judged: Judged[None]) -> None:
        if self.decided:
            self.taken += batch.records("uni_login", "name")


async def park(bench: Bench, names: Sequence[str], cases: Sequence[UUID | None]) -> None:
    """Park the rows of a file about one pupil."""
    receipt = await bench.done(day_file([f"{cpr(0)};2022-09-30;illness;2"]), str(uuid4()))
    columns: dict[str, Sequence[Any]] = {
        "uni_login": ["prov0001"] * len(names),
        "name": list(names),
        "valid_from": [date(2022, 8, 1)] * len(names),
    }
    batch = Batch("people", "101", receipt.id, bench.clock(), list(range(1, len(names) + 1)), columns)
    waiting = [Waiting(place, WaitingReason.IDENTITY, ASK, case) for place, case in enumerate(cases)]
    async with bench.db.write(Scope.of("101")) as session:
        await parking(bench).keep(session, PEOPLE, batch, waiting)


async def rows(bench: Bench) -> int:
    async with bench.db.read(Scope.of("101")) as session:
        return int((await session.execute(text("SELECT count(*) FROM parked_row"))).scalar_one())


async def play(bench: Bench, handler: Undecided) -> None:
    player = Replayer(bench.db, Kinds([(PEOPLE, handler)]), parking(bench), bench.clock)
    while await player.step():
        pass


async def test_nothing_of_a_row_with_secrets_stands_in_the_clear_and_it_is_played_whole_when_it_is_decided(
    bench: Bench,
) -> None:
    await park(bench, ["Ask Prøvesen 17"], [None])
    everything = await bench.everything()
    for secret in ("Prøvesen", "prov0001"):
        assert secret not in everything
        assert secret.encode().hex() not in everything
    handler = Undecided()
    await play(bench, handler)
    assert await rows(bench) == 1
    handler.decided = True
    async with bench.db.write(Scope.of("101")) as session:
        await due(session, "101", pupils=[BO])
    await play(bench, handler)
    assert handler.taken == [], "somebody else was decided"
    async with bench.db.write(Scope.of("101")) as session:
        await due(session, "101", pupils=[ASK])
    await play(bench, handler)
    assert (handler.taken, await rows(bench)) == ([("prov0001", "Ask Prøvesen 17")], 0)


async def test_two_cases_of_one_pupil_are_two_facts_and_one_case_sent_again_is_one(bench: Bench) -> None:
    first, second = uuid4(), uuid4()
    await park(bench, ["Ask", "Bo"], [first, second])
    bench.clock.forward(seconds=1)
    await park(bench, ["Ask A.", "Bo"], [first, second])
    assert await rows(bench) == 2
    handler = Undecided(decided=True)
    await play(bench, handler)
    assert sorted(name for _, name in handler.taken) == ["Ask A.", "Bo"]


async def test_sealed_rows_are_counted_by_their_key_and_sealed_again_by_the_new_one(bench: Bench) -> None:
    await park(bench, ["Ask"], [None])
    former = bench.data_keys
    places = [place for place in IMPORT_PLACES if place.table == "parked_row"]
    used = [(usage.where, usage.key_id, usage.rows, usage.needed) for usage in await in_use(bench.db, places)]
    assert used == [("parked_row.sealed", former.active_id, 1, True)]
    bench.data_keys = KeyRing({"k2": bytes(32), former.active_id: former[former.active_id]})
    await reseal(bench.db, bench.vault, places, lambda *_: None)
    bench.data_keys = KeyRing({"k2": bytes(32)})
    handler = Undecided(decided=True)
    await play(bench, handler)
    assert handler.taken == [("prov0001", "Ask")]
