"""The migrations create what the models declare, and never lose or change published items."""

import asyncpg
import pytest

from libs.shared.db.migrate import migrate
from services.intervention_catalog.all_tables import METADATA
from services.intervention_catalog.wiring import SERVICE
from tests.factories.schema import differences
from tests.integration.services.intervention_catalog.service import Catalog
from tests.realparts.databases import OwnDatabase


async def test_the_database_is_what_the_models_say(own: OwnDatabase) -> None:
    assert await differences(own.owner_url, METADATA) == []


async def test_the_migrations_go_down_and_up_again(own: OwnDatabase) -> None:
    assert await migrate(SERVICE.migrations, own.owner_url, revision="base", down=True) == "base"
    assert await migrate(SERVICE.migrations, own.owner_url) == "0002"


async def test_published_types_keep_their_versions_and_validity_when_the_schema_goes_down_and_up(
    own: OwnDatabase, loaded: Catalog
) -> None:
    wanted = """
        SELECT item_id, version, valid_from, valid_to, content ->> 'intervention_type', content -> 'name',
               (SELECT jsonb_agg(v - 'practice' - 'minimum' - 'sources' - 'group')
                  FROM jsonb_array_elements(content -> 'variants') v)
          FROM publication WHERE kind = 'intervention_type' ORDER BY item_id, version"""
    owner = await asyncpg.connect(own.owner_url)
    before = await owner.fetch(wanted)
    assert await migrate(SERVICE.migrations, own.owner_url, revision="0001", down=True) == "0001"
    assert await owner.fetchval("SELECT count(*) FROM intervention_type_version") == 5
    assert await migrate(SERVICE.migrations, own.owner_url) == "0002"
    assert await owner.fetch(wanted) == before
    revisions = await owner.fetch("SELECT revision, kind FROM catalog_change ORDER BY revision")
    assert [each["revision"] for each in revisions] == list(range(1, 12))
    await owner.close()
    (first, *_) = await loaded.load()
    assert str(first).startswith("changed: intervention type A, version 2")


async def test_a_published_row_can_be_changed_by_nobody(own: OwnDatabase, loaded: Catalog) -> None:
    for url in (own.owner_url, own.app_url):
        connection = await asyncpg.connect(url)
        for table in ("publication", "rule_set_version", "catalog_change"):
            for change in (f"UPDATE {table} SET version = version + 1", f"DELETE FROM {table}"):
                with pytest.raises(asyncpg.RestrictViolationError, match="never changed"):
                    await connection.execute(change)
        await connection.close()


async def test_published_rows_are_not_emptied_by_their_owner_either(own: OwnDatabase) -> None:
    owner = await asyncpg.connect(own.owner_url)
    with pytest.raises(asyncpg.RestrictViolationError, match="never changed"):
        await owner.execute("TRUNCATE publication, rule_set_version")
    await owner.close()
