"""The roles that may call a route: ``Annotated[Principal, Depends(require(Role.SCHOOL))]``."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.types import Scope

from libs.shared.auth.principal import Principal, Role
from libs.shared.auth.refusals import TokenMissing
from libs.shared.base.errors import Forbidden, Problem

IDENTITY = "skoleloeft.identity"
"""In a request's scope: the principal of its token, the problem for which the token is refused, or None without one."""
_CALLER = "skoleloeft.caller"

_bearer = HTTPBearer(
    scheme_name="bearer",
    bearerFormat="JWT",
    description="Access token of the OpenID issuer, with the audience `skoleloeft`.",
    auto_error=False,
)


def require(*roles: Role) -> Callable[..., Awaitable[Principal]]:
    """A dependency that returns the verified principal: 401 without a valid token, 403 without one of the roles.

    Without roles any valid token will do; else the principal keeps only those of its roles that are named. The
    municipalities whose rows it may see are decided by the queries. ``admission`` has verified the token.
    """

    async def principal(
        request: Request, _: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]
    ) -> Principal:
        caller: Principal | Problem | None = request.scope[IDENTITY]
        if caller is None:
            raise TokenMissing
        if isinstance(caller, Problem):
            raise caller
        if roles and not caller.has(*roles):
            raise Forbidden
        acting = caller.acting_as(*roles) if roles else caller
        request.scope[_CALLER] = acting
        return acting

    return principal


def identified(scope: Scope) -> Principal | None:
    """The caller whose valid token came with the request, even if the route refused the request."""
    identity = scope.get(IDENTITY)
    return identity if isinstance(identity, Principal) else None


def caller_of(request: Request) -> Principal | None:
    """The caller that ``require`` let in; None on a route without a token."""
    caller: Principal | None = request.scope.get(_CALLER)
    return caller
