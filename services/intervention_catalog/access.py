"""The callers of the catalog. Everybody may read what is published; the other routes name their callers by these types.

A caller has only the roles of the type. What a caller may do with a draft or an item is decided in ``ownership.py``.
"""

from typing import Annotated

from fastapi import Depends

from libs.shared.auth.principal import Principal, Role
from libs.shared.web.access import require
from services.intervention_catalog.ownership import AUTHORS

Writer = Annotated[Principal, Depends(require(Role.SECRETARIAT, *AUTHORS))]
"""A caller who writes drafts and withdraws published content."""

Secretariat = Annotated[Principal, Depends(require(Role.SECRETARIAT))]
"""A caller who reviews and publishes for the whole country."""
