"""At half past midnight in Denmark, publishing, withdrawing, reading and searching use the new day."""

from datetime import date

import pytest

from services.intervention_catalog import wiring
from services.intervention_catalog.changes.domain import Kind
from tests.factories.midnight import NIGHTS, Night
from tests.factories.service import Callers
from tests.integration.services.intervention_catalog.service import Catalog, action, new_action

OURS, SECRETARIAT = ("municipality_integration", "101"), "secretariat"


@pytest.fixture(params=NIGHTS.values(), ids=NIGHTS.keys())
def night(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Night:
    found: Night = request.param
    monkeypatch.setattr(wiring, "utc_now", found.clock)
    return found


async def test_the_catalog_takes_the_danish_day_for_today(night: Night, callers: Callers, catalog: Catalog) -> None:
    await catalog.publish(new_action("today", night.today))
    await catalog.publish(new_action("yesterday", date(2022, 1, 1), night.today))
    listed = (await callers.ask("GET", "/v1/trial-actions", SECRETARIAT)).json()["items"]
    assert [each["id"] for each in listed] == ["today"]
    found = (await callers.ask("GET", "/v1/search?q=rolig", SECRETARIAT)).json()["items"]
    assert [each["id"] for each in found] == ["today"]

    await catalog.publish(new_action("changed", date(2022, 1, 1), night.today, status="running"))
    await catalog.publish(new_action("changed", night.today, status="finished"))
    read = (await callers.ask("GET", "/v1/trial-actions/changed", SECRETARIAT)).json()
    assert (read["valid_from"], read["content"]["status"]) == (night.day(), "finished")

    draft = (await callers.ask("POST", "/v1/drafts", *OURS, json={"kind": "trial_action", "content": action()})).json()
    await callers.ask("POST", f"/v1/drafts/{draft['draft_id']}/submit", *OURS, headers={"If-Match": "*"})
    await callers.ask("POST", f"/v1/drafts/{draft['draft_id']}/publish", SECRETARIAT, headers={"If-Match": "*"})
    published = (await callers.ask("GET", f"/v1/trial-actions/{draft['item_id']}", SECRETARIAT)).json()
    assert published["valid_from"] == night.day()


async def test_a_withdrawal_is_from_today_unless_it_says_otherwise(
    night: Night, callers: Callers, catalog: Catalog
) -> None:
    await catalog.publish(new_action("calm", date(2022, 1, 1)))
    body = {"kind": Kind.TRIAL_ACTION, "id": "calm", "reason": "on_request"}
    for after, code in ((-1, "withdrawal.in_past"), (1, "withdrawal.at_once")):
        refused = await callers.ask("POST", "/v1/withdrawals", SECRETARIAT, json=body | {"valid_to": night.day(after)})
        assert refused.status_code == 422, refused.text
        assert refused.json()["code"] == code
    done = await callers.ask("POST", "/v1/withdrawals", SECRETARIAT, json=body)
    assert (done.status_code, done.json()["valid_to"]) == (201, night.day()), done.text
