"""Whatever fails in whatever order, each record of a partition takes effect once or becomes a dead letter."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import cast

from hypothesis import example, given, settings
from hypothesis import strategies as st

from libs.shared.eventlog.port import LogConsumer, LogUnavailable, Record, TopicPartition
from libs.shared.events.arrivals import Arrival, read
from libs.shared.events.backoff import Backoff
from libs.shared.events.dead_letters import GivenUp
from libs.shared.events.failures import RetryLater
from libs.shared.events.handling import Handling
from libs.shared.events.metrics import uncounted
from libs.shared.events.progress import ConsumerProgress
from libs.shared.events.settings import ConsumerSettings
from libs.shared.events.taking import Taking
from tests.contract.events.support import outgoing
from tests.factories.events import month
from tests.factories.own_topics import TOPIC

HERE = TopicPartition(TOPIC, 0)
SETTINGS = ConsumerSettings(
    tries=3,
    apart_seconds=0.2,
    between_tries=Backoff(first=0.05, most=0.2),
    until_passed=Backoff(first=0.05, most=0.2),
)
WRONG: dict[str, type[Exception]] = {
    "value": ValueError,
    "any": RuntimeError,
    "lock": RetryLater,
    "away": LogUnavailable,
}
PASSING = {"lock", "away"}


class Clock:
    """A clock that advances by a hundredth of a second each time it is read."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.01
        return self.now


class Effects:
    """The effects on a database: all or none of a batch, and each record once."""

    group = "evaluation_export"

    def __init__(self, fates: Sequence[tuple[str, str, int]]) -> None:
        self.metrics = uncounted()
        self.limited: frozenset[str] = frozenset()
        self._wrong = [[what, times] for _, what, times in fates]
        self.taken: list[int] = []
        self.given_up: dict[int, int] = {}

    async def take(self, arrivals: Sequence[Arrival]) -> None:
        for arrival in arrivals:
            wrong = self._wrong[arrival.record.offset]
            what, times = cast("tuple[str, int]", tuple(wrong))
            if what == "fine" or arrival.record.offset in self.taken:
                continue
            if what in PASSING:
                if times == 0:
                    continue
                wrong[1] = times - 1
            raise WRONG[what]
        known = {*self.taken, *self.given_up}
        self.taken += [each.record.offset for each in arrivals if each.record.offset not in known]

    async def give_up(self, arrival: Arrival, given_up: GivenUp) -> None:
        assert arrival.record.offset not in self.given_up
        self.given_up[arrival.record.offset] = given_up.tries


class Reader:
    """The position and the committed offset of a consumer."""

    def __init__(self, effects: Effects) -> None:
        self.next = self.committed = 0
        self._effects = effects

    def assignment(self) -> frozenset[TopicPartition]:
        return frozenset({HERE})

    def seek(self, at: TopicPartition, offset: int) -> None:
        self.next = offset

    async def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        offset = offsets[HERE]
        assert offset >= self.committed
        dealt_with = {*self._effects.taken, *self._effects.given_up}
        assert set(range(offset)) <= dealt_with, "nothing is passed over"
        self.committed = offset


def records(fates: Sequence[tuple[str, str, int]]) -> list[Record]:
    made = [outgoing(month(municipality=municipality)) for municipality, _, _ in fates]
    return [Record(TOPIC, 0, n, one.key, one.value, one.headers, 0) for n, one in enumerate(made)]


async def consume(fates: Sequence[tuple[str, str, int]], most: int) -> Effects:
    log, effects, clock = records(fates), Effects(fates), Clock()
    reader = Reader(effects)
    taking = Taking(
        cast("Handling", effects), SETTINGS, progress=ConsumerProgress(clock, stuck_seconds=9.0), clock=clock
    )
    consumer = cast("LogConsumer", reader)
    for _ in range(2_000):
        if reader.committed == len(log):
            return effects
        if HERE not in taking.failed.waiting(clock()) and reader.next < len(log):
            batch = [read(record) for record in log[reader.next : reader.next + most]]
            reader.next += len(batch)
            await taking.take(consumer, HERE, batch)
            await taking.commit(consumer)
    raise AssertionError(f"stays at {reader.committed} of {len(log)}")


RECORD = st.tuples(
    st.sampled_from(["101", "201", "301"]),
    st.sampled_from(["fine", "fine", "fine", *WRONG]),
    st.integers(0, 3),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(RECORD, max_size=25), st.integers(1, 30))
@example([("101", "value", 0), ("201", "fine", 0)] * 12, 30)
@example([("101", "any", 0), ("201", "lock", 3), ("301", "away", 3)] * 8, 7)
def test_each_record_takes_effect_once_or_is_given_up_and_a_municipalitys_order_holds(
    fates: list[tuple[str, str, int]], most: int
) -> None:
    effects = asyncio.run(consume(fates, most))
    assert sorted(effects.given_up) == [n for n, (_, what, _) in enumerate(fates) if what in {"value", "any"}]
    assert sorted(effects.taken) == [n for n in range(len(fates)) if n not in effects.given_up]
    for municipality in ("101", "201", "301"):
        own = [n for n in effects.taken if fates[n][0] == municipality]
        assert own == sorted(own)
    for offset, tries in effects.given_up.items():
        assert tries == (1 if fates[offset][1] == "value" else SETTINGS.tries)


def test_one_bad_value_among_many_is_found_by_halves() -> None:
    fates = [("101", "value" if n == 37 else "fine", 0) for n in range(100)]
    effects = Effects(fates)
    tried = 0
    take = effects.take

    async def counted(arrivals: Sequence[Arrival]) -> None:
        nonlocal tried
        tried += 1
        await take(arrivals)

    effects.take = counted  # type: ignore[method-assign] # counts the calls
    still = float  # a clock that stands at 0.0
    taking = Taking(
        cast("Handling", effects), SETTINGS, progress=ConsumerProgress(still, stuck_seconds=9.0), clock=still
    )
    asyncio.run(taking.take(cast("LogConsumer", Reader(effects)), HERE, [read(record) for record in records(fates)]))
    assert list(effects.given_up) == [37]
    assert tried <= 20
