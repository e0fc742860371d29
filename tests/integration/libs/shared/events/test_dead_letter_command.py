"""Dead letters are listed, shown, replayed and discarded by a command."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import pytest

from libs.shared.contracts.absence import PupilMonthChanged
from libs.shared.eventlog.port import Outgoing, Record
from libs.shared.events.arrivals import read
from libs.shared.events.dead_letters import GivenUp
from libs.shared.events.handling import Handling
from libs.shared.events.subscriptions import Subscription, Subscriptions
from libs.shared.operations.dead_letters import dead_letter_command
from tests.contract.events.support import outgoing
from tests.factories.events import append_effects, effects, month, rows, service_database, upsert_months
from tests.factories.own_topics import TOPIC
from tests.realparts.databases import MakeDatabase, OwnDatabase


def handling(own: OwnDatabase, handler: Any = append_effects) -> Handling:
    return Handling(own.db, "evaluation_export", Subscriptions(Subscription(PupilMonthChanged, handler)))


async def give_up(own: OwnDatabase, *records: Any) -> list[str]:
    """Make dead letters of records; returns their ids."""
    handled, ids = handling(own), []
    for offset, record in enumerate(records):
        arrival = read(Record(record.topic, 0, offset, record.key, record.value, record.headers, 1_700_000_000_000))
        await handled.give_up(arrival, GivenUp("ValueError", "builtins.ValueError at consumers.py:1 h", 5))
        ids.append(str(arrival.id))
    return ids


async def run(own: OwnDatabase, *arguments: str, handler: Any = append_effects) -> tuple[int, str]:
    said: list[str] = []
    code = await dead_letter_command(arguments, db=own.db, handling=handling(own, handler), write=said.append)
    return code, "".join(said)


@pytest.fixture
async def own(make_database: MakeDatabase) -> OwnDatabase:
    return await service_database(make_database)


async def test_the_open_ones_are_listed_and_one_is_shown_with_its_content_only_on_request(own: OwnDatabase) -> None:
    state = month()
    first, second = await give_up(own, outgoing(state), outgoing(month()))
    code, said = await run(own, "list")
    assert code == 0
    assert [line.split()[0] for line in said.splitlines()] == [first, second]
    code, said = await run(own, "show", first)
    assert code == 0
    assert "after 5 tries" in said
    assert "ce_type: dk.skoleloeft.absence.pupil-month.changed" in said
    assert '"aggregate_version"' not in said
    assert '"aggregate_version"' in (await run(own, "show", first, "--value"))[1]
    assert (await run(own, "show", str(uuid4())))[0] == 1


async def test_a_replay_takes_effect_once_and_is_remembered(own: OwnDatabase) -> None:
    (letter,) = await give_up(own, outgoing(month()))
    assert (await run(own, "replay", letter))[0] == 0
    code, said = await run(own, "replay", letter)
    assert code == 1
    assert "no longer open" in said
    assert len(await effects(own)) == 1
    assert [row["state"] for row in await rows(own, "SELECT state FROM dead_letter")] == ["replayed"]
    assert (await run(own, "list"))[1] == ""
    assert letter in (await run(own, "list", "--state", "replayed"))[1]


async def test_replay_all_goes_on_past_one_that_fails_again_and_leaves_it_open(own: OwnDatabase) -> None:
    bad = month()
    ids = await give_up(own, outgoing(month()), outgoing(bad), outgoing(month()))

    async def handler(session: Any, events: Sequence[Any]) -> None:
        await append_effects(session, events)
        if events[0].key == bad.key:
            raise ValueError("a value that must not travel")

    code, said = await run(own, "replay", "--all", handler=handler)
    assert code == 1
    assert "2 of 3 done" in said
    assert "must not travel" not in said
    assert len(await effects(own)) == 2
    assert (await run(own, "list"))[1].startswith(ids[1])


async def test_a_dead_letter_that_was_overtaken_does_not_put_the_clock_back(own: OwnDatabase) -> None:
    pupil = uuid4()
    (letter,) = await give_up(own, outgoing(month(pupil, 1)))
    newer = outgoing(month(pupil, 2))
    await handling(own, upsert_months).take([read(Record(TOPIC, 0, 9, newer.key, newer.value, newer.headers, 0))])
    assert (await run(own, "replay", letter, handler=upsert_months))[0] == 0
    assert [row[0] for row in await rows(own, "SELECT aggregate_version FROM pupil_month")] == [2]


async def test_what_still_cannot_be_read_stays_open_and_can_be_discarded(own: OwnDatabase) -> None:
    broken = outgoing(month())
    (letter,) = await give_up(own, type(broken)(broken.topic, broken.key, b"{}", broken.headers))
    code, said = await run(own, "replay", letter)
    assert code == 1
    assert "still cannot be read" in said
    assert (await run(own, "discard", letter))[0] == 0
    assert (await run(own, "discard", letter))[0] == 1
    assert [row["state"] for row in await rows(own, "SELECT state FROM dead_letter")] == ["discarded"]


async def test_giving_up_the_same_event_again_changes_nothing(own: OwnDatabase) -> None:
    record = outgoing(month())
    assert await give_up(own, record) == await give_up(own, record)
    assert len(await rows(own, "SELECT 1 FROM dead_letter")) == 1
    assert len(await rows(own, "SELECT 1 FROM outbox")) == 1


async def test_one_municipalitys_dead_letters_are_listed_replayed_and_discarded_by_themselves(own: OwnDatabase) -> None:
    first, second = await give_up(own, outgoing(month(municipality="201")), outgoing(month(municipality="301")))
    (third,) = await give_up(own, Outgoing(TOPIC, "k", b"no event"))
    assert [line.split()[0] for line in (await run(own, "list", "--municipality", "201"))[1].splitlines()] == [first]
    assert third in (await run(own, "list", "--municipality", "none"))[1]
    assert "1 of 1 done" in (await run(own, "replay", "--all", "--municipality", "201"))[1]
    assert "1 of 1 done" in (await run(own, "discard", "--all", "--municipality", "301"))[1]
    states = await rows(own, "SELECT id, state FROM dead_letter")
    assert {str(row["id"]): row["state"] for row in states} == {
        first: "replayed",
        second: "discarded",
        third: "open",
    }
    with pytest.raises(SystemExit):
        await run(own, "discard", "--all")


async def test_all_means_all_also_beyond_a_page_and_past_those_that_stay_open(
    own: OwnDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("libs.shared.operations.dead_letters._PAGE", 2)
    given = [month(municipality=code) for code in ("201", "201", "301", "201", "301")]
    await give_up(own, *map(outgoing, given))

    async def handler(session: Any, events: Sequence[Any]) -> None:
        await append_effects(session, events)
        if events[0].data.municipality_code == "201":
            raise ValueError

    code, said = await run(own, "replay", "--all", handler=handler)
    assert (code, said.splitlines()[-1]) == (1, "2 of 5 done")
