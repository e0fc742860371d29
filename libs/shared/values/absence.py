"""The categories of absence as Danish schools register them, declared once."""

from collections.abc import Mapping
from typing import Literal, get_args

Category = Literal["illness", "authorised", "unauthorised"]
"""Sygdom, lovligt and ulovligt fravær."""

CATEGORIES: tuple[Category, ...] = get_args(Category)
"""In the order of files, columns and sheets. Fields of contracts and columns of tables have these names."""

DANISH: Mapping[Category, str] = {"illness": "sygdom", "authorised": "lovligt", "unauthorised": "ulovligt"}
"""The Danish name of each."""
