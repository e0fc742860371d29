"""Who may call a route: ``Annotated[Principal, Depends(require(Role.SCHOOL))]``."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from libs.shared.auth.principal import Principal, Role
from libs.shared.auth.refusals import TokenMissing
from libs.shared.auth.verifier import TokenVerifier
from libs.shared.base.errors import Forbidden

_bearer = HTTPBearer(
    scheme_name="bearer",
    bearerFormat="JWT",
    description="Access token of the OpenID issuer, with the audience `skoleloeft`.",
    auto_error=False,
)


def require(*roles: Role) -> Callable[..., Awaitable[Principal]]:
    """A dependency that gives the verified principal: 401 without a valid token, 403 without one of the roles.

    No roles at all means any valid token; else the principal has those of its roles alone that are named. Which
    municipality's rows the principal may see is for the query layer.
    """

    async def principal(
        request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]
    ) -> Principal:
        if credentials is None:
            raise TokenMissing
        verifier: TokenVerifier = request.app.state.verifier
        caller = await verifier.verify(credentials.credentials)
        if roles and not caller.has(*roles):
            raise Forbidden
        return caller.acting_as(*roles) if roles else caller

    return principal
