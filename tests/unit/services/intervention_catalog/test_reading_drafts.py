"""Who sees a draft, state by state."""

import pytest

from libs.shared.auth.principal import Principal, Role
from services.intervention_catalog.access import may_read_draft
from services.intervention_catalog.drafts.domain import DraftState
from services.intervention_catalog.ownership import Owner

OURS = Principal("a", frozenset({Role.RESOURCE_TEAM}), frozenset({"101"}))
THEIRS = Principal("b", frozenset({Role.RESOURCE_TEAM}), frozenset({"147"}))
NORTH = Principal("d", frozenset({Role.SCHOOL}), frozenset({"101"}), frozenset({"910101"}))
WITHOUT = Principal("e", frozenset({Role.SCHOOL}), frozenset({"101"}))
SECRETARIAT = Principal("c", frozenset({Role.SECRETARIAT}))


@pytest.mark.parametrize("state", DraftState)
def test_a_municipality_sees_its_own_in_every_state_and_no_other(state: DraftState) -> None:
    assert may_read_draft(OURS, Owner("101"), state)
    assert may_read_draft(OURS, Owner("101", frozenset({"910101"})), state)
    assert not may_read_draft(THEIRS, Owner("101"), state)
    assert not may_read_draft(OURS, Owner(), state)


@pytest.mark.parametrize("state", DraftState)
def test_a_school_sees_what_it_wrote_alone(state: DraftState) -> None:
    assert may_read_draft(NORTH, Owner("101", frozenset({"910101"})), state)
    assert not may_read_draft(NORTH, Owner("101", frozenset({"910102"})), state)
    assert not may_read_draft(NORTH, Owner("101", frozenset({"910101", "910102"})), state)
    assert not may_read_draft(NORTH, Owner("101"), state)
    assert not may_read_draft(WITHOUT, Owner("101", frozenset()), state)
    assert not may_read_draft(WITHOUT, Owner("101"), state)


@pytest.mark.parametrize("state", DraftState)
def test_the_secretariat_sees_its_own_and_what_is_handed_in(state: DraftState) -> None:
    assert may_read_draft(SECRETARIAT, Owner(), state)
    assert may_read_draft(SECRETARIAT, Owner("101", frozenset({"910101"})), state) is (state is not DraftState.DRAFT)
