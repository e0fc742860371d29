"""Registration uses its own copies: it screens, checks plans and judges dosage while the catalog is away."""

import asyncpg
import pytest
from sqlalchemy import text

from libs.shared.contracts.catalog import InterventionTypePublished, RuleSetPublished
from libs.shared.events.outbox import Outbox
from services.intervention_catalog.wiring import SERVICE as CATALOG
from tests.factories.service import Callers
from tests.integration.services.intervention_catalog.service import Catalog
from tests.integration.services.registration.service import Registration
from tests.integration.services.registration.steps import END, Project, weekly
from tests.integration.services.registration.told import classroom, month_of, tell
from tests.realparts.databases import MakeDatabase, drop


async def test_everything_is_judged_after_the_catalogs_database_is_dropped(
    callers: Callers, registration: Registration, make_database: MakeDatabase, postgres_dsn: str
) -> None:
    catalog = await make_database(CATALOG.migrations)
    publishing = Catalog(catalog.db, Outbox(CATALOG.name))
    await publishing.load()
    states = await publishing.events()
    ids = await classroom(registration)
    async with registration.db.write() as session:
        await session.execute(text("DELETE FROM rule_set"))
        await session.execute(text("DELETE FROM intervention_type"))
    assert await registration.rows("SELECT rule_set FROM rule_set") == []
    for kind in (RuleSetPublished, InterventionTypePublished):
        await tell(registration.db, [each for each in states if type(each) is kind])
    await catalog.db.close()
    await drop(postgres_dsn, catalog.name)
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await asyncpg.connect(catalog.admin_url)

    await tell(registration.db, [month_of(ids[1], month, "11.5") for month in ("2022-09", "2022-11")])
    project = Project(callers, registration, ids)
    await project.approve()
    listed = await callers.ask(
        "GET", f"/v1/schools/{project.school_id}/gross-list?as_of=2023-06-30", "resource_team", "101"
    )
    assert (listed.json()["screened"], listed.json()["flagged"]) == (6, 1)
    course_id = await project.group()
    await project.record(course_id, weekly(12, 4))
    dosage = await project.dosage(course_id, END)
    assert [dosage[stage]["outcome"] for stage in ("planned", "delivered")] == ["met", "met"]
    assert dosage["planned"]["rule_set"] == "dosage-2021"
    refused = await project.create(pupil_ids=project.pupils(1))
    assert refused.json()["code"] == "course.rules_violated"
