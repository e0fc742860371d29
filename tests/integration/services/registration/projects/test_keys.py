"""The rotation of keys reaches every text of a project, also those that nothing else may change."""

from uuid import UUID

from libs.shared.db.scope import Scope
from libs.shared.privacy.keys import KeyRing, Vault
from libs.shared.rotation.sealing import reseal
from services.registration.keys import PLACES
from services.registration.projects import queries
from services.registration.projects.sealing import ProjectTexts
from tests.factories.service import Callers
from tests.integration.services.registration.projects.desk import Desk, body
from tests.integration.services.registration.projects.test_lists import GIVEN
from tests.integration.services.registration.service import Registration

SEALED = {
    "project": ("description", "submit_reason", "approve_reason"),
    "project_version": ("description", "submit_reason", "approve_reason", "remarks"),
    "project_step": ("remarks",),
    "guidance": ("words",),
}


async def test_every_text_of_a_project_is_encrypted_again(callers: Callers, ready: Registration) -> None:
    desk, why = Desk(callers), {"C-PLAN": "Aftalt."}
    await desk.create(await body(ready, joint_planning=False))
    await desk.submit(why)
    await desk.send_back({"text": "Skriv mere."})
    await desk.submit(why)
    await desk.approve(why)
    await callers.ask("POST", "/v1/guidance", "secretariat", json={**GIVEN, "text": "Råd."})

    ring = KeyRing.parse(f"{KeyRing.generate('k2').export()},{ready.data_keys.export()}")
    done = await reseal(ready.db, Vault(ring), PLACES, lambda _: None)
    assert not +done.unreadable
    for table, columns in SEALED.items():
        for column in columns:
            rows = await ready.rows(
                f"SELECT sealed_key_id({column}) AS key FROM {table} WHERE {column} IS NOT NULL", "101"
            )
            assert {row["key"] for row in rows} == {"k2"}, (table, column)
    texts = ProjectTexts(Vault(ring))
    async with ready.db.read(Scope.of("101")) as session:
        kept = await queries.kept(session, UUID(desk.project_id), 1)
        assert kept is not None
        assert texts.reasons(kept, "submit_reason") == why
        assert texts.description(kept).target_group.shared_need == "Læsning på mellemtrinnet."
