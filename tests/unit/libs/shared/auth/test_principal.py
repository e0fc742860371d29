"""The roles, municipalities and institutions that a token's claims cover; the checks fail closed."""

import pytest

from libs.shared.auth.principal import WHOLE_MUNICIPALITY, Principal, Role

NORTH, SOUTH = "910101", "910102"


def principal(*roles: Role, institutions: tuple[str, ...] = (), codes: tuple[str, ...] = ("101",)) -> Principal:
    return Principal("somebody", frozenset(roles), frozenset(codes), frozenset(institutions))


@pytest.mark.parametrize("role", Role)
def test_only_roles_of_a_whole_municipality_serve_anything_without_institutions(role: Role) -> None:
    caller = principal(role)
    assert caller.serves("101") is (role in WHOLE_MUNICIPALITY)
    assert caller.serves("101", NORTH) is (role in WHOLE_MUNICIPALITY)
    assert not caller.serves("147")
    assert caller.held_to == (None if role in WHOLE_MUNICIPALITY else frozenset())


@pytest.mark.parametrize("role", [Role.SCHOOL, Role.RESOURCE_TEAM, Role.MUNICIPALITY_INTEGRATION])
def test_institutions_hold_every_role_to_them(role: Role) -> None:
    caller = principal(role, institutions=(NORTH,))
    assert caller.serves("101")
    assert caller.serves("101", NORTH)
    assert not caller.serves("101", SOUTH)
    assert not caller.serves("147", NORTH)


def test_a_role_that_a_route_does_not_ask_for_opens_nothing_on_it() -> None:
    caller = principal(Role.SCHOOL, Role.MUNICIPALITY_INTEGRATION, Role.SECRETARIAT)
    assert caller.serves("101")
    acting = caller.acting_as(Role.SCHOOL, Role.EVALUATOR)
    assert acting.roles == {Role.SCHOOL}
    assert not acting.serves("101")
    assert not acting.has(Role.SECRETARIAT)


def test_the_school_role_does_not_widen_what_institutions_hold_the_others_to() -> None:
    caller = principal(Role.SCHOOL, Role.RESOURCE_TEAM, institutions=(NORTH,))
    assert caller.held_to == {NORTH}
    assert not caller.serves("101", SOUTH)
