"""The account compares counts and log of one moment, whatever is written between the two readings."""

from collections import Counter
from collections.abc import Callable
from uuid import uuid4

import pytest

from journey.account import Account
from journey.flow import Counts, OnTheLog, at_rest, read_log, reconcile, settled
from libs.shared.contracts.topics import TOPICS
from libs.shared.eventlog.memory import MemoryEventLog
from libs.shared.eventlog.port import Outgoing
from libs.shared.eventlog.topics import specs

COMPLETENESS = "absence.completeness"
PUPIL = "registration.pupil"


class Platform:
    """Services that publish each event at once and take it in at once, on a log in memory."""

    def __init__(self) -> None:
        self.log = MemoryEventLog()
        self.written: Counter[str] = Counter()
        self.readings = 0
        self.before_reading: Callable[[], list[str]] = list
        """Called before each reading of the log: the topics in which the services write an event then."""

    async def write(self, *topics: str) -> None:
        """One event in each topic."""
        for topic in topics:
            self.written[topic] += 1
            await self.log.append([Outgoing(topic, "key", b"{}", (("ce_id", uuid4().bytes),))])

    async def count(self) -> Counts:
        """As ``journey.flow.count``."""
        taken = {(group, name): self.written[name] for name, topic in TOPICS.items() for group in topic.consumers}
        return Counts(self.written.copy(), self.written.copy(), Counter(taken), {})

    async def read(self) -> OnTheLog:
        """As ``journey.flow.read_log``, after what the services write in between."""
        self.readings += 1
        await self.write(*self.before_reading())
        return await read_log(self.log, "account")


@pytest.fixture
async def platform() -> Platform:
    made = Platform()
    await made.log.apply_topics(specs())
    await made.write(PUPIL, PUPIL, COMPLETENESS)
    return made


def mismatches(counts: Counts, log: OnTheLog) -> list[str]:
    """What ``reconcile`` finds."""
    account = Account(lambda _: None)
    reconcile(account, counts, log)
    return account.mismatches


async def test_an_event_between_the_counts_and_the_log_makes_one_reading_of_each_differ(platform: Platform) -> None:
    platform.before_reading = lambda: [COMPLETENESS]
    counts = await settled(platform.count)
    assert mismatches(counts, await platform.read()) == [f"{COMPLETENESS}: ids on the log: 2, expected 1"]


async def test_both_are_read_again_if_an_event_was_written_in_between(platform: Platform) -> None:
    owed = [[COMPLETENESS], [COMPLETENESS, PUPIL]]
    platform.before_reading = lambda: owed.pop(0) if owed else []
    counts, log = await at_rest(platform.count, platform.read)
    assert mismatches(counts, log) == []
    assert (counts.written[COMPLETENESS], counts.written[PUPIL], platform.readings) == (3, 3, 3)


async def test_a_platform_at_rest_is_read_once(platform: Platform) -> None:
    counts, log = await at_rest(platform.count, platform.read)
    assert (mismatches(counts, log), platform.readings) == ([], 1)


async def test_a_platform_that_never_rests_is_given_up_and_the_topics_are_named(platform: Platform) -> None:
    platform.before_reading = lambda: [COMPLETENESS]
    with pytest.raises(TimeoutError, match=rf"still being written: {COMPLETENESS}$"):
        await at_rest(platform.count, platform.read, seconds=0.5)


def test_a_group_ahead_of_its_producers_count_does_not_hide_one_that_is_behind() -> None:
    written = Counter({PUPIL: 3, COMPLETENESS: 3})
    taken = {(group, name): written[name] for name, topic in TOPICS.items() for group in topic.consumers}
    whole = Counts(written, written, Counter(taken), {})
    assert whole.waiting == 0
    ahead, behind = ("absence_ingest", PUPIL), ("registration", COMPLETENESS)
    torn = Counter(taken) + Counter([ahead])
    torn[behind] -= 1
    assert Counts(written, written, torn, {}).waiting == 2
