"""Who may see or change what in this service. Nothing is read here: a use case reads what a request is about and asks.

A route names its callers by one of the types below, and a caller has the roles of that type alone. Another's object and
one that does not exist give the same refusal, which the use case says.
"""

from collections.abc import Iterable
from typing import Annotated, Protocol, TypeVar

from fastapi import Depends

from libs.shared.auth.principal import Principal, Role
from libs.shared.base.errors import Problem
from libs.shared.db.scope import Access, Scope
from libs.shared.web.access import require
from services.registration.errors import MunicipalityNotFound

SchoolStaff = Annotated[Principal, Depends(require(Role.SCHOOL, Role.RESOURCE_TEAM))]
"""A school, or the municipality's resource team: those who work with pupils."""

ResourceTeam = Annotated[Principal, Depends(require(Role.RESOURCE_TEAM))]
"""The municipality's own people, who can ask its schools."""

Secretariat = Annotated[Principal, Depends(require(Role.SECRETARIAT))]
"""Those who act for the whole country."""

ImportsEnabler = Annotated[Principal, Depends(require(Role.SECRETARIAT, Role.OPS))]
"""Those who may have a municipality's files taken whatever its status."""

ProjectReader = Annotated[Principal, Depends(require(Role.SCHOOL, Role.RESOURCE_TEAM, Role.SECRETARIAT))]
"""Those who plan projects, and those who approve them."""

RosterReader = Annotated[Principal, Depends(require(Role.SCHOOL, Role.RESOURCE_TEAM, Role.MUNICIPALITY_INTEGRATION))]
"""Those who work with a municipality's classes, and the system that sends its files."""

Integration = Annotated[Principal, Depends(require(Role.MUNICIPALITY_INTEGRATION))]
"""The system of a municipality, or of some of its institutions, that sends files and pulls changes."""

SchoolListReader = Annotated[
    Principal,
    Depends(require(Role.SCHOOL, Role.RESOURCE_TEAM, Role.MUNICIPALITY_INTEGRATION, Role.SECRETARIAT)),
]
"""The same and the secretariat."""

EVERY_MUNICIPALITY = Scope(access=Access.SECRETARIAT)
"""The scope in which the secretariat reads and decides."""

EVERY_PERSON = Scope(access=Access.IDENTITY)
"""The scope in which pupils of different municipalities can be seen to be one person."""


class AtSchool(Protocol):
    """What says whose a school is."""

    @property
    def municipality_code(self) -> str:
        """The municipality's code."""

    @property
    def institution_number(self) -> str:
        """The school's number."""


S = TypeVar("S", bound=AtSchool)


def is_secretariat(caller: Principal) -> bool:
    """Whether the caller acts for the whole country."""
    return caller.has(Role.SECRETARIAT)


def decided_about(municipality_code: str) -> Scope:
    """The scope in which something about this municipality is decided for it, by the secretariat or ops."""
    return Scope.of(municipality_code, access=Access.SECRETARIAT)


def require_municipality(caller: Principal, code: str, *, pointer: str) -> None:
    """Raise ``MunicipalityNotFound`` unless the municipality is one of the caller's; the secretariat has them all."""
    if not is_secretariat(caller) and not caller.serves(code):
        raise MunicipalityNotFound(pointer=pointer)


def institutions_listed(caller: Principal) -> frozenset[str] | None:
    """The institutions whose schools the caller is shown; None: all of the municipality."""
    return None if is_secretariat(caller) else caller.held_to


def institutions_held_to(caller: Principal) -> frozenset[str] | None:
    """The institutions at one of which a pupil must be for the caller to be shown the pupil; None: any of the
    municipality. The secretariat is held to none, and so is shown no pupil.
    """
    return caller.held_to


def works_at(caller: Principal, school: AtSchool | None) -> bool:
    """Whether the school is one of the caller's."""
    return school is not None and caller.serves(school.municipality_code, school.institution_number)


def own_school(caller: Principal, school: S | None, refusal: type[Problem], *, pointer: str | None = None) -> S:
    """The school, if it is one of the caller's; else ``refusal`` is raised, with the pointer to what names it."""
    if school is None or not works_at(caller, school):
        raise refusal(pointer=pointer)
    return school


def may_read(caller: Principal, schools: Iterable[AtSchool | None]) -> bool:
    """Whether the caller may read what these schools have together: one of them is enough."""
    return any(works_at(caller, each) for each in schools)


def may_read_project(caller: Principal, schools: Iterable[AtSchool | None]) -> bool:
    """The same of a project, which the secretariat reads, too."""
    return is_secretariat(caller) or may_read(caller, schools)


def may_change(caller: Principal, schools: Iterable[AtSchool | None]) -> bool:
    """Whether the caller may change what these schools have together: no school decides for another one. A school that
    cannot be found is nobody's.
    """
    return all(works_at(caller, each) for each in schools)
