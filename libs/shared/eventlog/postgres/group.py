"""The members of a group and their partitions, stored in the database.

A change of owners locks the row of the group; committing offsets shares that lock. So a commit either comes before its
partition moves or notices that it has moved. A partition moves in two steps: its owner releases it (in ``poll``,
between batches), then the next one takes it. Only a member that was silent for too long loses partitions without
releasing them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from libs.shared.eventlog.balance import balance
from libs.shared.eventlog.port import PartitionLost, TopicPartition
from libs.shared.eventlog.postgres.connection import Connection
from libs.shared.eventlog.postgres.news import CHANNEL
from libs.shared.eventlog.postgres.statements import statement


@dataclass(frozen=True, slots=True)
class Standing:
    """The partitions of the member with their committed offsets (0 if none), those it should release, and the group's
    generation, which rises with every change of members or owners.
    """

    owned: Mapping[TopicPartition, int]
    surplus: frozenset[TopicPartition]
    generation: int


@dataclass(frozen=True, slots=True)
class Membership:
    """One member of one group."""

    group: str
    member: str
    topics: frozenset[str]
    session: float

    async def join(self, connection: Connection) -> None:
        """Join the group; needs a transaction, like all methods here."""
        await connection.execute("INSERT INTO consumer_group (name) VALUES ($1) ON CONFLICT DO NOTHING", self.group)
        await self._hold(connection)
        await connection.execute(
            "INSERT INTO group_member (group_name, id, topics, expires)"
            " VALUES ($1, $2, $3, clock_timestamp() + make_interval(secs => $4))",
            *(self.group, self.member, sorted(self.topics), self.session),
        )
        await self._changed(connection)

    async def leave(self, connection: Connection) -> None:
        """Leave; its partitions are free at once."""
        await self._hold(connection)
        await self._remove(connection, [self.member])
        await self._changed(connection)

    async def heartbeat(self, connection: Connection) -> tuple[int, bool] | None:
        """Renew the session. Returns the generation and whether a member is overdue; None if this
        member was expelled.
        """
        row = await connection.fetchrow(
            "UPDATE group_member SET expires = clock_timestamp() + make_interval(secs => $3)"
            " WHERE group_name = $1 AND id = $2"
            " RETURNING (SELECT generation FROM consumer_group WHERE name = $1) AS generation,"
            " EXISTS (SELECT 1 FROM group_member WHERE group_name = $1 AND id <> $2 AND expires < clock_timestamp())"
            " AS overdue",
            *(self.group, self.member, self.session),
        )
        return None if row is None else (row["generation"], row["overdue"])

    async def settle(self, connection: Connection, release: frozenset[TopicPartition]) -> Standing | None:
        """Release ``release``, expel dead members and take free partitions; None if this member itself was expelled."""
        generation = await self._hold(connection)
        members = await connection.fetch(
            "SELECT id, topics, expires < clock_timestamp() AS dead FROM group_member WHERE group_name = $1", self.group
        )
        dead = [row["id"] for row in members if row["dead"]]
        changed = bool(dead) or bool(release)
        if dead:
            await self._remove(connection, dead)
        alive = {row["id"]: frozenset(row["topics"]) for row in members if not row["dead"]}
        if self.member not in alive:
            if changed:
                await self._changed(connection)
            return None
        await self._set_owner(connection, release, None)
        partitions = await self._partitions(connection)
        owners = {at: owner for at, (owner, _) in partitions.items() if owner is not None}
        while True:  # taking changes the balance, so repeat until there is nothing left to take
            wanted = balance(partitions.keys(), alive, owners)
            taken = frozenset(at for at, member in wanted.items() if member == self.member and at not in owners)
            if not taken:
                break
            await self._set_owner(connection, taken, self.member)
            owners.update(dict.fromkeys(taken, self.member))
            changed = True  # the others computed their share from the owners before
        mine = {at for at, owner in owners.items() if owner == self.member}
        if changed:
            generation = await self._changed(connection)
        return Standing(
            {at: partitions[at][1] for at in mine},
            frozenset(at for at in mine if wanted.get(at) != self.member),
            generation,
        )

    async def commit(self, connection: Connection, offsets: Mapping[TopicPartition, int]) -> None:
        """Set committed offsets. Raises ``PartitionLost`` if one of them is not this member's (any more)."""
        await connection.execute("SELECT 1 FROM consumer_group WHERE name = $1 FOR SHARE", self.group)
        rows = await connection.fetch(
            statement("commit"),
            self.group,
            self.member,
            [at.topic for at in offsets],
            [at.partition for at in offsets],
            list(offsets.values()),
        )
        if len(rows) != len(offsets):
            raise PartitionLost(f"{len(offsets) - len(rows)} of {len(offsets)} partitions went to another member")

    async def _hold(self, connection: Connection) -> int:
        generation: int = await connection.fetchval(
            "SELECT generation FROM consumer_group WHERE name = $1 FOR UPDATE", self.group
        )
        return generation

    async def _changed(self, connection: Connection) -> int:
        await connection.execute("SELECT pg_notify($1, 'g:' || $2)", CHANNEL, self.group)
        generation: int = await connection.fetchval(
            "UPDATE consumer_group SET generation = generation + 1 WHERE name = $1 RETURNING generation", self.group
        )
        return generation

    async def _remove(self, connection: Connection, members: list[str]) -> None:
        await connection.execute("DELETE FROM group_member WHERE group_name = $1 AND id = ANY($2)", self.group, members)
        await connection.execute(
            "UPDATE group_partition SET owner = NULL WHERE group_name = $1 AND owner = ANY($2)", self.group, members
        )

    async def _set_owner(
        self, connection: Connection, partitions: frozenset[TopicPartition], owner: str | None
    ) -> None:
        if partitions:
            await connection.execute(
                "UPDATE group_partition SET owner = $2"
                " WHERE group_name = $1 AND (topic, partition) IN (SELECT * FROM unnest($3::text[], $4::integer[]))"
                " AND (owner IS NULL OR owner = $5)",
                *(self.group, owner),
                *([at.topic for at in partitions], [at.partition for at in partitions], self.member),
            )

    async def _partitions(self, connection: Connection) -> dict[TopicPartition, tuple[str | None, int]]:
        await connection.execute(
            "INSERT INTO group_partition (group_name, topic, partition)"
            " SELECT $1, topic, partition FROM topic_partition WHERE topic = ANY($2) ON CONFLICT DO NOTHING",
            *(self.group, sorted(self.topics)),
        )
        rows = await connection.fetch(
            "SELECT topic, partition, owner, committed FROM group_partition WHERE group_name = $1", self.group
        )
        return {TopicPartition(r["topic"], r["partition"]): (r["owner"], r["committed"] or 0) for r in rows}
