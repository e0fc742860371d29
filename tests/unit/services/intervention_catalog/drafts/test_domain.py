"""Who sees a draft, state by state."""

import pytest

from libs.shared.auth.principal import Principal, Role
from services.intervention_catalog.drafts.domain import DraftState, may_see

OURS = Principal("a", frozenset({Role.SCHOOL}), frozenset({"101"}))
THEIRS = Principal("b", frozenset({Role.SCHOOL}), frozenset({"147"}))
SECRETARIAT = Principal("c", frozenset({Role.SECRETARIAT}))


@pytest.mark.parametrize("state", DraftState)
def test_a_municipality_sees_its_own_in_every_state_and_no_other(state: DraftState) -> None:
    assert may_see(OURS, "101", state)
    assert not may_see(THEIRS, "101", state)
    assert not may_see(OURS, None, state)


@pytest.mark.parametrize("state", DraftState)
def test_the_secretariat_sees_its_own_and_what_is_handed_in(state: DraftState) -> None:
    assert may_see(SECRETARIAT, None, state)
    assert may_see(SECRETARIAT, "101", state) is (state is not DraftState.DRAFT)
