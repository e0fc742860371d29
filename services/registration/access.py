"""The rights in this service. Nothing is read here: a use case reads the object of a request and passes it.

A route declares its callers by one of the types below, and a caller has only the roles of that type. Another's object
and an object that does not exist get the same refusal, which the use case supplies.
"""

from collections.abc import Collection
from typing import Annotated, Protocol, TypeVar

from fastapi import Depends

from libs.shared.auth.principal import Principal, Role
from libs.shared.base.errors import Problem
from libs.shared.db.scope import Access, Scope, scope_of
from libs.shared.web.access import require
from services.registration.errors import (
    AssessmentNotFound,
    CourseNotFound,
    KeptListNotFound,
    MunicipalityNotFound,
    ProjectNotFound,
    ProjectOfSeveralSchools,
    SelectionNotFound,
    WholeMunicipalityOnly,
)

SignedIn = Annotated[Principal, Depends(require())]
"""Everybody with a valid token, whatever its roles: for what concerns no pupil and no municipality's own data."""

SchoolStaff = Annotated[Principal, Depends(require(Role.SCHOOL, Role.RESOURCE_TEAM))]
"""A school, or the municipality's resource team: the people who work with pupils."""

ResourceTeam = Annotated[Principal, Depends(require(Role.RESOURCE_TEAM))]
"""The municipality's own staff, who can contact its schools."""

Secretariat = Annotated[Principal, Depends(require(Role.SECRETARIAT))]
"""The people who act for the whole country."""

ImportsEnabler = Annotated[Principal, Depends(require(Role.SECRETARIAT, Role.OPS))]
"""The people who may enable a municipality's imports whatever its status."""

ProjectReader = Annotated[Principal, Depends(require(Role.SCHOOL, Role.RESOURCE_TEAM, Role.SECRETARIAT))]
"""The people who plan projects, and those who approve them."""

GuidanceReader = Annotated[Principal, Depends(require(Role.RESOURCE_TEAM, Role.SECRETARIAT))]
"""The people who give guidance, and those of the municipality who asked for it."""

CourseListReader = Annotated[Principal, Depends(require(Role.SCHOOL, Role.RESOURCE_TEAM, Role.SECRETARIAT))]
"""Those who carry out courses, and the secretariat, which sees their dosage and no pupil."""

RosterReader = Annotated[Principal, Depends(require(Role.SCHOOL, Role.RESOURCE_TEAM, Role.MUNICIPALITY_INTEGRATION))]
"""The people who work with a municipality's classes, and the system that sends its files."""

PupilHistoryReader = Annotated[Principal, Depends(require(Role.RESOURCE_TEAM, Role.MUNICIPALITY_INTEGRATION))]
"""The people who decide whether two pupils are one, and the system that sends pupils."""

Integration = Annotated[Principal, Depends(require(Role.MUNICIPALITY_INTEGRATION))]
"""The system of a municipality, or of some of its institutions, that sends files and pulls changes."""

SchoolListReader = Annotated[
    Principal,
    Depends(require(Role.SCHOOL, Role.RESOURCE_TEAM, Role.MUNICIPALITY_INTEGRATION, Role.SECRETARIAT)),
]
"""The same and the secretariat."""

InitiativeReader = Annotated[Principal, Depends(require(Role.RESOURCE_TEAM, Role.SECRETARIAT, Role.EVALUATOR))]
"""The secretariat and the evaluator of an initiative, and the municipalities that are invited to it."""

InitiativeStaff = Annotated[Principal, Depends(require(Role.RESOURCE_TEAM, Role.SECRETARIAT))]
"""The people who answer an invitation, or record an answer that came by letter."""

RoleReader = Annotated[Principal, Depends(require(Role.SECRETARIAT, Role.EVALUATOR))]
"""The people who see what every municipality answered."""

FiguresReader = Annotated[Principal, Depends(require(Role.RESOURCE_TEAM, Role.SECRETARIAT))]
"""The people who see how many pupils of each school a screening flags: the municipality's own staff, and those who act
for the whole country.
"""

EVERY_MUNICIPALITY = Scope(access=Access.SECRETARIAT)
"""The scope in which the secretariat reads and decides."""

EVERY_PERSON = Scope(access=Access.IDENTITY)
"""The scope that shows which pupils of different municipalities are the same person."""


class AtSchool(Protocol):
    """An object that identifies the municipality and the institution of a school."""

    @property
    def municipality_code(self) -> str:
        """The municipality's code."""

    @property
    def institution_number(self) -> str:
        """The school's number."""


S = TypeVar("S", bound=AtSchool)
T = TypeVar("T")


def is_secretariat(caller: Principal) -> bool:
    """Whether the caller acts for the whole country."""
    return caller.has(Role.SECRETARIAT)


def sees_projects(caller: Principal) -> bool:
    """Whether a reader of initiatives may read their projects, so that their ids are shown; the evaluator gets theirs
    by pseudonyms alone.
    """
    return caller.has(Role.SECRETARIAT, Role.RESOURCE_TEAM)


def shows_names(caller: Principal) -> bool:
    """Whether the caller works with pupils, so that names are shown; the system that sends files gets none back."""
    return caller.has(Role.SCHOOL, Role.RESOURCE_TEAM)


def decided_about(municipality_code: str) -> Scope:
    """The scope in which the secretariat or ops decides something about this municipality."""
    return Scope.of(municipality_code, access=Access.SECRETARIAT)


def sees_every_municipality(caller: Principal) -> bool:
    """Whether the caller sees every municipality in an initiative."""
    return caller.has(Role.SECRETARIAT, Role.EVALUATOR)


def initiative_scope(caller: Principal) -> Scope:
    """The scope in which a caller reads initiatives."""
    if is_secretariat(caller):
        return EVERY_MUNICIPALITY
    return Scope(access=Access.EVALUATOR) if sees_every_municipality(caller) else scope_of(caller)


def require_whole_municipality(caller: Principal, code: str) -> None:
    """Raise ``MunicipalityNotFound`` unless the caller serves the municipality, and ``WholeMunicipalityOnly`` if only
    some of its institutions. The secretariat acts for every municipality.
    """
    require_municipality(caller, code, pointer="/path/municipality_code")
    if not is_secretariat(caller) and caller.held_to is not None:
        raise WholeMunicipalityOnly


def counted_in(caller: Principal, municipality_code: str) -> Scope:
    """The scope in which figures of this municipality are counted: for the secretariat, which sees no pupil, the
    municipality is counted as its own staff would, and only figures leave the use case.
    """
    return decided_about(municipality_code) if is_secretariat(caller) else scope_of(caller)


def require_municipality(caller: Principal, code: str, *, pointer: str) -> None:
    """Raise ``MunicipalityNotFound`` unless the municipality is one of the caller's; every municipality is the
    secretariat's.
    """
    if not is_secretariat(caller) and not caller.serves(code):
        raise MunicipalityNotFound(pointer=pointer)


def institutions_listed(caller: Principal) -> frozenset[str] | None:
    """The institutions whose schools the caller may see; None: all of the municipality."""
    return None if is_secretariat(caller) else caller.held_to


def institutions_held_to(caller: Principal) -> frozenset[str] | None:
    """The institutions to which the caller is limited: the caller may see only pupils at one of them. None: all of the
    municipality. The secretariat has an empty set, so it may see no pupil.
    """
    return caller.held_to


def works_at(caller: Principal, school: AtSchool | None) -> bool:
    """Whether the school is one of the caller's."""
    return school is not None and caller.serves(school.municipality_code, school.institution_number)


def own_school(caller: Principal, school: S | None, refusal: type[Problem], *, pointer: str | None = None) -> S:
    """The school, if it is one of the caller's; else ``refusal`` is raised, with the pointer to the field that names
    it.
    """
    if school is None or not works_at(caller, school):
        raise refusal(pointer=pointer)
    return school


def _of_own_school(caller: Principal, found: T | None, school: AtSchool | None, refusal: type[Problem]) -> T:
    """An object of one school, if the school is one of the caller's; else ``refusal`` is raised."""
    if found is None or not works_at(caller, school):
        raise refusal
    return found


def own_course(caller: Principal, course: T | None, school: AtSchool | None) -> T:
    """The course of this school, if the school is one of the caller's. Raises ``CourseNotFound``."""
    return _of_own_school(caller, course, school, CourseNotFound)


def own_assessment(caller: Principal, assessment: T | None, school: AtSchool | None) -> T:
    """The assessment of this school, if the school is one of the caller's. Raises ``AssessmentNotFound``."""
    return _of_own_school(caller, assessment, school, AssessmentNotFound)


def own_selection(caller: Principal, selection: T | None, school: AtSchool | None) -> T:
    """The decision of this school, if the school is one of the caller's. Raises ``SelectionNotFound``."""
    return _of_own_school(caller, selection, school, SelectionNotFound)


class OfMunicipality(Protocol):
    """An object of a municipality."""

    @property
    def municipality_code(self) -> str:
        """The municipality's code."""


M = TypeVar("M", bound=OfMunicipality)


def own_kept_list(caller: Principal, kept: M | None, school: AtSchool | None) -> M:
    """The kept list of this school, if the school is one of the caller's; a list without a school is of the whole
    municipality, for a caller who may see all of it. Raises ``KeptListNotFound``.
    """
    whole = kept is not None and caller.serves(kept.municipality_code) and institutions_held_to(caller) is None
    if kept is None or not (works_at(caller, school) or (school is None and whole)):
        raise KeptListNotFound
    return kept


def own_project(caller: Principal, project: T | None, schools: Collection[AtSchool | None]) -> T:
    """The project of these schools, if one of them is the caller's; any project is the secretariat's to read.

    Raises ``ProjectNotFound``.
    """
    if project is None or not (is_secretariat(caller) or any(works_at(caller, each) for each in schools)):
        raise ProjectNotFound
    return project


def changeable_project(caller: Principal, project: T | None, schools: Collection[AtSchool | None]) -> T:
    """The project of these schools, if all of them are the caller's, as no school decides for another. A school that
    cannot be found is never the caller's. Raises ``ProjectNotFound`` and ``ProjectOfSeveralSchools``.
    """
    own = own_project(caller, project, schools)
    if not all(works_at(caller, each) for each in schools):
        raise ProjectOfSeveralSchools
    return own


def closable_project(caller: Principal, project: T | None, schools: Collection[AtSchool | None]) -> T:
    """The same; any project is the secretariat's to close."""
    if project is not None and is_secretariat(caller):
        return project
    return changeable_project(caller, project, schools)
