"""Kinds of field that several bodies have."""

from typing import Annotated

from pydantic import StringConstraints

from libs.shared.privacy.free_text import FreeText

Words = Annotated[str, FreeText(4000)]
"""Free text about pupils: encrypted at rest, and never told outside this service."""

Title = Annotated[str, FreeText(200)]
"""A title in one line. It stays in this service."""

VariantId = Annotated[str, StringConstraints(pattern=r"^[A-E][1-3]?$")]
"""A variant of the catalog, such as A1 or C."""

Municipality = Annotated[str, StringConstraints(pattern=r"^[0-9]{3}$")]
"""The code of a municipality, such as 101."""
