"""The share of the kinds of content in the service."""

from libs.shared.runtime.parts import Part
from services.intervention_catalog.kinds.allowed_references import AllowedReferences
from services.intervention_catalog.kinds.routes import themes_router


def part(allowed: AllowedReferences) -> Part:
    """The route of themes."""
    return Part(routers=[themes_router(allowed)])
