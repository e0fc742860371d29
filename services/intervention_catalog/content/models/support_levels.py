"""``support_levels.yaml``: the support ladder, levels 1–5 and 3T (source 004)."""

from typing import Literal

from pydantic import Field

from services.intervention_catalog.content.models.shared import ContentText, Part, Sources


class SupportLevel(Part):
    """One level; ``order`` is its position on the ladder from 1. A municipality may choose not to use a level that can
    be switched off.
    """

    id: Literal["1", "2", "3", "3T", "4", "5"]
    order: int = Field(ge=1)
    name: ContentText
    where: ContentText
    purpose: ContentText
    for_whom: ContentText
    granted_by: ContentText
    needs_referral: bool
    temporary: bool
    can_be_switched_off: bool
    examples: tuple[ContentText, ...] = Field(min_length=1)
    remark: ContentText | None = None
    sources: Sources


class SupportLevelsFile(Part):
    """The whole file."""

    support_levels: tuple[SupportLevel, ...]
