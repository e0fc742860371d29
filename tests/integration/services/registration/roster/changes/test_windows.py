"""A request looks at a limited number of entries. A reader of few of them still gets each of these once, in order."""

import pytest
from sqlalchemy import text

from libs.shared.db.scope import Scope
from services.registration.roster.changes import use_cases
from tests.factories.service import Callers
from tests.integration.services.registration.roster.changes.test_feed import all_of, page, roster
from tests.integration.services.registration.service import Registration

__all__ = ["roster"]


@pytest.mark.parametrize("looked_at", [1, 2, 3])
@pytest.mark.parametrize("kinds", ["school", "membership", "school,pupil"])
async def test_the_limit_of_a_request_skips_nothing_and_repeats_nothing(
    callers: Callers, roster: Registration, monkeypatch: pytest.MonkeyPatch, looked_at: int, kinds: str
) -> None:
    await all_of(callers)
    async with roster.db.write(Scope.of("101")) as session:
        # One school's entry gets the last position, although it was written first.
        await session.execute(text("UPDATE school SET aggregate_version = 9 WHERE institution_number = '910101'"))
    whole, _ = await all_of(callers, kinds=kinds)
    assert len(whole) >= 2
    monkeypatch.setattr(use_cases, "LOOKED_AT", looked_at)
    in_parts, _ = await all_of(callers, kinds=kinds)
    assert in_parts == whole
    first = await page(callers, kinds=kinds)
    assert first["more"], "the first request has not looked at everything"
