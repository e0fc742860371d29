"""Whose rows a caller may see."""

from libs.shared.auth.principal import Principal, Role
from libs.shared.db.scope import Access, Scope
from services.registration.schools.errors import MunicipalityNotFound


def scope_of(caller: Principal) -> Scope:
    """The caller's municipalities; all of what the secretariat may read for the secretariat."""
    access = Access.SECRETARIAT if caller.has(Role.SECRETARIAT) else None
    return Scope(caller.municipality_codes, access)


def require_municipality(caller: Principal, code: str) -> None:
    """Raise ``MunicipalityNotFound`` unless the municipality is one of the caller's; the secretariat has them all."""
    if not caller.has(Role.SECRETARIAT) and not caller.serves(code):
        raise MunicipalityNotFound(pointer="/query/municipality")
