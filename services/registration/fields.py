"""Types of fields that several bodies have."""

from typing import Annotated

from libs.shared.privacy.free_text import FreeText

Words = Annotated[str, FreeText(4000)]
"""Free text about pupils: encrypted at rest, and never published outside this service."""

Title = Annotated[str, FreeText(200)]
"""A title in one line. It is never published outside this service."""
