"""The small kind of file of ``imported`` with a handler that also places pupils, and events for waiting rows."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import WriteSession
from libs.shared.db.scope import Scope
from libs.shared.files.columns import Key
from libs.shared.imports.batch import Batch, Judged, Refusal, Waiting, WaitingReason
from libs.shared.imports.parked import About, Concern, Parking, Patience, Replayer, due
from libs.shared.imports.receipts.receipt import Receipt
from libs.shared.privacy.identifiers import IdentifierKind
from tests.factories.batches import subset
from tests.factories.import_bench import Bench
from tests.factories.imported import DaysHandler

NOT_PLACED = "days.invalid"
"""What the handler refuses a row with that does not fit and may not wait."""

CONCERNS = {About.PUPIL: [Concern("", "md5(p.key_value)::uuid = ANY(CAST(:ids AS uuid[]))")]}


def pupil_of(key: Key) -> UUID:
    return UUID(hashlib.md5(key.value.encode(), usedforsecurity=False).hexdigest())


@dataclass
class Placing(DaysHandler):
    """Pupils are at school only on ``days`` (None: always). ``batches`` holds each batch that was judged."""

    days: set[date] | None = None
    batches: list[Batch] = field(default_factory=list)

    async def judge(self, session: WriteSession, batch: Batch) -> Judged[Batch]:
        self.batches.append(batch)
        judged = await super().judge(session, batch)
        if self.days is None:
            return judged
        waiting, rest = list(judged.result.waiting), judged.plan
        out = {each.index for each in waiting} | {each.index for each in judged.result.refused}
        wrong = [i for i, day in enumerate(batch.columns["date"]) if day not in self.days and i not in out]
        keys = batch.columns["pupil"]
        rest = subset(batch, [i for i in range(len(batch)) if i not in out and i not in set(wrong)])
        refused = list(judged.result.refused)
        if batch.settled:
            refused += [Refusal(i, NOT_PLACED, "date") for i in wrong]
        else:
            waiting += [Waiting(i, WaitingReason.NOT_PLACED, pupil_of(keys[i])) for i in wrong]
        result = type(judged.result)(accepted=len(rest), waiting=waiting, refused=refused)
        return Judged(result, rest)


def parking(bench: Bench, patience: Patience | None = None) -> Parking:
    return Parking(bench.vault, bench.clock, patience or Patience())


def replayer(bench: Bench, **more: Any) -> Replayer:
    """The replayer that the worker runs as a chore, for single steps."""
    return Replayer(bench.db, bench.kinds, parking(bench), bench.clock, CONCERNS, **more)


async def replay(bench: Bench, **more: Any) -> int:
    """Replay until nothing is left to do; returns the number of steps."""
    player = replayer(bench, **more)
    for steps in range(1000):
        if not await player.step():
            return steps
    raise AssertionError("the waiting rows never came to an end")


def keys_of(bench: Bench, *numbers: str, code: str = "101") -> list[Key]:
    kind = IdentifierKind.CPR_NUMBER
    return [Key(kind.value, *found) for number in numbers for found in bench.keys.all_values(kind, number, code)]


async def write_arrival(session: WriteSession, keys: Sequence[Key], code: str = "101") -> None:
    """Do what the handler of a pupil event does: store the pupil, and mark its waiting rows as due."""
    for key in keys:
        await session.execute(
            text("INSERT INTO known_pupil VALUES (:code, :value, :key_id) ON CONFLICT DO NOTHING"),
            {"code": code, "value": key.value, "key_id": key.key_id},
        )
    await due(session, code, pupils=[pupil_of(key) for key in keys])


async def arrive(bench: Bench, *numbers: str, code: str = "101") -> None:
    """Handle a pupil event in a transaction of its own."""
    async with bench.db.write(Scope.of(code)) as session:
        await write_arrival(session, keys_of(bench, *numbers, code=code), code)


async def note(bench: Bench, *numbers: str, code: str = "101") -> None:
    """Mark the waiting rows of known pupils as due, as after a change of these pupils."""
    async with bench.db.write(Scope.of(code)) as session:
        await due(session, code, pupils=[pupil_of(key) for key in keys_of(bench, *numbers, code=code)])


async def now_waiting(bench: Bench, receipt: Receipt) -> int:
    return (await bench.receipt(receipt.id, receipt.upload.municipality_code)).parked_now
