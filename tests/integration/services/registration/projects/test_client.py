"""The typed client takes a project through all of its steps, each under the condition of the answer before."""

from datetime import date
from typing import Any

import pytest

from journey.description import described
from libs.shared.client.errors import Refused
from libs.shared.client.registration.client import Registration as Client
from libs.shared.client.registration.projects.models import GuidanceWritten, ProjectAsked, RemarkWritten, RuleReason
from libs.shared.rules.composition.plan import Plan
from tests.factories.service import Callers
from tests.integration.services.registration.projects.desk import BOOKS, CO_TEACHING, plan
from tests.integration.services.registration.service import Registration
from tests.integration.services.registration.told import school_id


async def test_a_project_goes_through_its_steps(callers: Callers, ready: Registration) -> None:
    callers = callers.losing_puts()
    caller = callers.typed("resource_team", "101")
    team, secretariat = Client(caller), Client(callers.typed("secretariat"))
    school = await school_id(ready)

    def asked(*efforts: dict[str, Any], title: str = "Flere med") -> ProjectAsked:
        of = Plan.model_validate(plan(*efforts, joint_planning=False))
        return ProjectAsked(title=title, school_ids=[school], plan=of, description=described(of, [school]))

    made = await team.create_project(asked(BOOKS, CO_TEACHING))
    with pytest.raises(Refused) as unreasoned:
        await team.submit_project(made)
    assert unreasoned.value.code == "project.reason_missing"
    reason = RuleReason(rule_id="C-PLAN", reason="Aftales i august.")
    submitted = await team.submit_project(made, reason)
    returned = await secretariat.return_project(submitted, RemarkWritten(text="Skriv mere.", pointer="/title"))
    assert (returned.status, returned.remarks[0].pointer) == ("returned", "/title")
    with pytest.raises(Refused) as stale:
        await team.change_project(submitted, asked(BOOKS, CO_TEACHING, title="Forældet"))
    assert stale.value.code == "precondition.failed"
    changed = await team.change_project(await team.project(made.project_id), asked(BOOKS, CO_TEACHING, title="Ny"))
    assert caller.retries == 2
    again = await team.submit_project(changed, reason)
    approved = await secretariat.approve_project(again, reason)
    assert (approved.status, approved.version_in_force) == ("approved", 1)
    amended = await team.amend_project(approved)
    back = await team.withdraw_amendment(amended)
    assert (await team.close_project(back)).status == "closed"
    steps = [each.step async for each in team.project_history(made.project_id)]
    assert steps == [
        *("created", "submitted", "returned", "changed", "resubmitted", "approved", "amended", "withdrawn", "closed")
    ]
    given = GuidanceWritten(
        municipality_code="101", given_on=date(2022, 5, 1), kind="efforts", channel="meeting", text="Sparring."
    )
    assert (await secretariat.log_guidance(given)).kind == "efforts"
