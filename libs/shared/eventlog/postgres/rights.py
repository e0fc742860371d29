"""The rights of roles on the log in PostgreSQL.

The owner's role migrates, applies topics and compacts. Each service has a role, named ``<database>_<service>``, that
writes the topics it produces and reads those it consumes, and sees only the groups and the writer of its own name.
Table grants limit the topics, and policies (in the migration) limit groups and writers. A role that does not exist yet
gets no rights, so bootstrap must run first.
"""

from collections.abc import Sequence

from libs.shared.contracts.topics import SERVICES
from libs.shared.eventlog.port import TopicSpec
from libs.shared.eventlog.postgres.connection import Connection
from libs.shared.eventlog.postgres.statements import quoted, table_of

_COMMON = (
    "GRANT SELECT ON topic TO {role}",
    "GRANT SELECT, UPDATE ON topic_partition TO {role}",
    "GRANT SELECT, INSERT, UPDATE ON writer TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON consumer_group, group_member, group_partition TO {role}",
)


def table(topic: str) -> str:
    """The statement that creates the table of a topic's records."""
    literal = topic.replace("'", "''")
    return (
        f"CREATE TABLE {quoted(table_of(topic))} PARTITION OF record FOR VALUES IN ('{literal}')"
        " WITH (autovacuum_vacuum_scale_factor = 0.02)"
    )


async def grant_common(connection: Connection) -> None:
    """Give the services' roles the rights that all of them have. Runs as the owner."""
    for role in (await _roles(connection)).values():
        for grant in _COMMON:
            await connection.execute(grant.format(role=quoted(role)))


async def grant_topics(connection: Connection, specs: Sequence[TopicSpec]) -> None:
    """Grant the rights to these topics that the specs state, and revoke all others. Runs as the owner."""
    for service, role in (await _roles(connection)).items():
        wanted = {
            table_of(spec.name): {
                *(["INSERT"] if spec.producer == service else []),
                *(["SELECT"] if service in spec.consumers else []),
            }
            for spec in specs
        }
        found = await connection.fetch(
            "SELECT name, has_table_privilege($1, quote_ident(name), 'INSERT') AS inserts,"
            " has_table_privilege($1, quote_ident(name), 'SELECT') AS selects FROM unnest($2::text[]) AS name",
            *(role, list(wanted)),
        )
        for row in found:
            name, rights = row["name"], wanted[row["name"]]
            if (row["inserts"], row["selects"]) != ("INSERT" in rights, "SELECT" in rights):
                await connection.execute(f"REVOKE ALL ON {quoted(name)} FROM {quoted(role)}")
                if rights:
                    await connection.execute(f"GRANT {', '.join(sorted(rights))} ON {quoted(name)} TO {quoted(role)}")


async def _roles(connection: Connection) -> dict[str, str]:
    """The role of each service that has one."""
    found = await connection.fetch(
        "SELECT service, rolname FROM unnest($1::text[]) AS service"
        " JOIN pg_roles ON rolname = current_database() || '_' || service",
        list(SERVICES),
    )
    return {row["service"]: row["rolname"] for row in found}
