"""The rights in this service. Routes use these types and decide nothing by themselves.

A route declares its callers by one of the types below, and a caller has only the roles of that type.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from libs.shared.auth.principal import Principal, Role
from libs.shared.web.access import require

Integration = Annotated[Principal, Depends(require(Role.MUNICIPALITY_INTEGRATION))]
"""A municipality's own system, which sends its files."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The municipalities and, of these, the institutions (None: all) whose pupils a caller may see."""

    municipality_codes: frozenset[str]
    institution_numbers: frozenset[str] | None


def reach_of(caller: Principal) -> Reach:
    """The reach of the token's claims."""
    return Reach(caller.municipality_codes, caller.held_to)
