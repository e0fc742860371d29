"""Codes and grades as they are written in Denmark. The patterns use ``[0-9]``, as ``\\d`` also matches digits of other
scripts in some languages.
"""

import re
from typing import Annotated

from pydantic import Field

_MUNICIPALITY = "[0-9]{3}"
_INSTITUTION = "[0-9A-Z]{6}"
_VARIANT = "[A-E][1-3]?"

MunicipalityCode = Annotated[str, Field(pattern=f"^{_MUNICIPALITY}$", examples=["101"], description="kommunekode")]
"""Three digits. Whether a municipality has the code is another question (``base.municipalities``)."""

InstitutionNumber = Annotated[
    str, Field(pattern=f"^{_INSTITUTION}$", examples=["101001"], description="institutionsnummer")
]
"""Six digits or capital letters: the national field allows letters, too."""

Grade = Annotated[int, Field(ge=0, le=10, description="klassetrin")]
"""0 to 10."""

VariantId = Annotated[str, Field(pattern=f"^{_VARIANT}$", examples=["A1"], description="an intervention's variant")]
"""An intervention type's letter, with a number where the type has several variants."""

_is_municipality = re.compile(_MUNICIPALITY).fullmatch
_is_variant = re.compile(_VARIANT).fullmatch
_is_institution = re.compile(_INSTITUTION).fullmatch


def is_municipality_code(text: str) -> bool:
    """Whether the text has the form of ``MunicipalityCode``, for readers that have no model."""
    return _is_municipality(text) is not None


def is_institution_number(text: str) -> bool:
    """Whether the text has the form of ``InstitutionNumber``, for readers that have no model."""
    return _is_institution(text) is not None


def is_variant_id(text: str) -> bool:
    """Whether the text has the form of ``VariantId``, for readers that have no model."""
    return _is_variant(text) is not None
