"""Kinds of field that several bodies have."""

from typing import Annotated

from pydantic import StringConstraints

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
"""Free text of a person. It stays in this service."""

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
"""A title in one line."""

VariantId = Annotated[str, StringConstraints(pattern=r"^[A-E][1-3]?$")]
"""A variant of the catalog, such as A1 or C."""
