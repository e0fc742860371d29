"""Who may see what in this service."""

from typing import Annotated

from fastapi import Depends

from libs.shared.auth.principal import Principal, Role
from libs.shared.web.access import require

Integration = Annotated[Principal, Depends(require(Role.MUNICIPALITY_INTEGRATION))]
"""A municipality's own system."""
