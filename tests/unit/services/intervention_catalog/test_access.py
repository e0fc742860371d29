"""Who may withdraw what, and the scope of a caller's transaction."""

import pytest

from libs.shared.auth.principal import Principal, Role
from libs.shared.db.scope import Access, Scope, scope_of
from services.intervention_catalog.access import may_withdraw
from services.intervention_catalog.ownership import Owner

TEAM = Principal("a", frozenset({Role.RESOURCE_TEAM}), frozenset({"101"}))
SCHOOL = Principal("b", frozenset({Role.SCHOOL}), frozenset({"101"}), frozenset({"910101"}))
SECRETARIAT = Principal("c", frozenset({Role.SECRETARIAT}))
OPS = Principal("d", frozenset({Role.OPS}), frozenset({"101"}))

COUNTRY, MUNICIPALITY = Owner(), Owner("101")
OWN_SCHOOL, OTHER_SCHOOL = Owner("101", frozenset({"910101"})), Owner("101", frozenset({"910102"}))
OTHER_MUNICIPALITY = Owner("147")


@pytest.mark.parametrize("owner", [COUNTRY, MUNICIPALITY, OWN_SCHOOL, OTHER_MUNICIPALITY])
def test_the_secretariat_may_withdraw_everything(owner: Owner) -> None:
    assert may_withdraw(SECRETARIAT, owner)


def test_a_resource_team_may_withdraw_what_its_municipality_and_its_schools_wrote() -> None:
    assert may_withdraw(TEAM, MUNICIPALITY)
    assert may_withdraw(TEAM, OWN_SCHOOL)
    assert not may_withdraw(TEAM, OTHER_MUNICIPALITY)
    assert not may_withdraw(TEAM, COUNTRY)


def test_a_school_may_withdraw_only_what_it_wrote() -> None:
    assert may_withdraw(SCHOOL, OWN_SCHOOL)
    assert not may_withdraw(SCHOOL, OTHER_SCHOOL)
    assert not may_withdraw(SCHOOL, MUNICIPALITY)


def test_a_role_that_does_not_write_may_withdraw_nothing() -> None:
    assert not may_withdraw(OPS, MUNICIPALITY)


def test_only_the_secretariat_gets_the_access_of_that_name() -> None:
    assert scope_of(SECRETARIAT) == Scope(frozenset(), Access.SECRETARIAT)
    assert scope_of(TEAM) == Scope(frozenset({"101"}))
