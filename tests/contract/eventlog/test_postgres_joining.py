"""PostgreSQL only: members that join at the same moment leave no partition without an owner, whichever settles
first.
"""

from uuid import uuid4

import pytest

from libs.shared.eventlog.factory import open_event_log
from libs.shared.eventlog.port import TopicSpec
from libs.shared.eventlog.postgres import PostgresEventLog
from libs.shared.eventlog.postgres.group import Membership, Standing

LOOKS = 5


@pytest.mark.parametrize(("first", "second"), [("a", "b"), ("b", "a")])
async def test_two_members_that_join_together_own_every_partition(eventlog_url: str, first: str, second: str) -> None:
    log = open_event_log(eventlog_url, client_id="joining")
    assert isinstance(log, PostgresEventLog)
    await log.start()
    topic, group = f"t.{uuid4().hex}", uuid4().hex
    await log.apply_topics([TopicSpec(topic, 3, compacted=True)])
    members = {name: Membership(group, name + group, frozenset({topic}), 30.0) for name in (first, second)}
    standing: dict[str, Standing] = {}
    for member in members.values():
        async with log._connections.transaction() as connection:
            await member.join(connection)
    for name, member in members.items():
        async with log._connections.transaction() as connection:
            standing[name] = await member.settle(connection, frozenset())
    for _ in range(LOOKS):  # like a consumer, a member settles again only after the generation has changed
        async with log._connections.connection() as connection:
            generation = await connection.fetchval("SELECT generation FROM consumer_group WHERE name = $1", group)
        for name, member in members.items():
            if standing[name].generation != generation:
                async with log._connections.transaction() as connection:
                    standing[name] = await member.settle(connection, frozenset())
    async with log._connections.connection() as connection:
        owned = await connection.fetch("SELECT owner FROM group_partition WHERE group_name = $1", group)
    await log.close()
    assert len(owned) == 3
    assert {row["owner"] for row in owned} == {member.member for member in members.values()}
