"""The migrations create what the models declare, and every table with pupils is closed to sessions without a tenant."""

import io
import json
import os
from uuid import uuid4

from sqlalchemy import text

from libs.shared.contracts.topics import subscribed
from libs.shared.db.migrate import migrate
from libs.shared.db.scope import NOBODY, Access, Scope
from services.evaluation_export.access import EVALUATOR
from services.evaluation_export.all_tables import METADATA
from services.evaluation_export.bundle.archive import PIECE_BYTES, seal
from services.evaluation_export.bundle.use_cases import read_bundle
from services.evaluation_export.orders import queries
from services.evaluation_export.panel.part import PART as PANEL
from services.evaluation_export.wiring import SERVICE, SUBSCRIPTIONS
from tests.factories.schema import differences
from tests.integration.services.evaluation_export.told import World
from tests.realparts.databases import OwnDatabase

NEWEST = max(each.name[:4] for each in (SERVICE.migrations / "versions").glob("[0-9]*.py"))
OPEN = {
    "intervention_type",
    "outbox",
    "inbox",
    "dead_letter",
    "rebuild",
    "rebuild_seen",
    "told_position",
    "version_raise",
    "alembic_version",
}


async def test_the_database_is_what_the_models_say(own: OwnDatabase) -> None:
    assert await differences(own.owner_url, METADATA) == []


async def test_the_migrations_go_down_and_up_again(own: OwnDatabase) -> None:
    assert await migrate(SERVICE.migrations, own.owner_url, revision="base", down=True) == "base"
    assert await migrate(SERVICE.migrations, own.owner_url) == NEWEST


async def test_a_bundle_that_was_stored_whole_is_served_after_the_migration_and_whole_again_after_going_back(
    own: OwnDatabase,
) -> None:
    target = io.BytesIO()
    sealed = seal(
        "aggregate", {"school_year": "2022/2023"}, {"data/a.csv": os.urandom(2 * PIECE_BYTES), "æ.md": b"text"}, target
    )
    bundle, delivery_id = target.getvalue(), uuid4()
    listed = [{"name": one.name, "bytes": one.bytes, "sha256": one.sha256} for one in sealed.files]
    assert await migrate(SERVICE.migrations, own.owner_url, revision="0001", down=True) == "0001"
    async with own.db.write(EVALUATOR) as session:
        await session.execute(
            text("INSERT INTO delivery (id, product, school_year, status, bundle, bundle_sha256, files) VALUES"
                 " (:id, 'aggregate', '2022/2023', 'ready', :bundle, :sha256, CAST(:files AS jsonb))"),
            {"id": delivery_id, "bundle": bundle, "sha256": sealed.sha256, "files": json.dumps(listed)},
        )  # fmt: skip
    assert await migrate(SERVICE.migrations, own.owner_url) == NEWEST
    async with own.db.read(EVALUATOR) as session:
        delivery = await queries.one(session, delivery_id)
    assert delivery is not None
    assert (delivery.bundle_bytes, delivery.files) == (len(bundle), sealed.files)
    assert delivery.parameters == {"school_year": "2022/2023"}
    for start, length in ((0, len(bundle)), *((one.offset, one.bytes) for one in sealed.files)):
        read = b"".join([piece async for piece in read_bundle(own.db, EVALUATOR, delivery_id, start, length)])
        assert read == bundle[start : start + length]
    assert await migrate(SERVICE.migrations, own.owner_url, revision="0001", down=True) == "0001"
    async with own.db.read(EVALUATOR) as session:
        row = (await session.execute(text("SELECT bundle, files, school_year FROM delivery"))).one()
    assert (row.bundle, row.files, row.school_year) == (bundle, listed, "2022/2023")


async def test_every_table_but_those_of_public_content_forces_row_level_security(own: OwnDatabase) -> None:
    async with own.db.read() as session:
        found = await session.execute(
            text("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
                 " AND NOT (relrowsecurity AND relforcerowsecurity)")
        )  # fmt: skip
        assert set(found.scalars()) == OPEN


async def test_only_a_tenant_and_the_named_accesses_see_rows(own: OwnDatabase, world: World) -> None:
    async def rows(table: str, scope: Scope) -> int:
        async with own.db.read(scope) as session:
            return int((await session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())

    for table in {str(table.__tablename__) for table in PANEL.tables} - {"intervention_type"}:
        assert await rows(table, NOBODY) == 0, table
        assert await rows(table, Scope(access=Access.SECRETARIAT)) == 0, table
        both = await rows(table, Scope(access=Access.EVALUATOR))
        assert both == await rows(table, Scope(access=Access.OPERATOR)) > 0, table
        assert both == await rows(table, Scope.of("101")) + await rows(table, Scope.of("102")), table


def test_the_group_reads_exactly_its_topics() -> None:
    assert SUBSCRIPTIONS.topics == subscribed("evaluation_export")
