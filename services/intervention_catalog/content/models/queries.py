"""``queries/*.yaml``: what people type, and what answers it; the search is measured by it."""

from typing import Annotated

from pydantic import Field

from services.intervention_catalog.content.models.shared import Part

Text = Annotated[str, Field(min_length=1)]


class Query(Part):
    """What is typed, the manner of typing it, and the keys of the documents of which each is a right answer."""

    text: Text
    manner: Text
    right: tuple[str, ...] = Field(min_length=1)


class QueriesFile(Part):
    """The whole file. What is ``held_out`` is measured by and not quoted, so that nobody develops with it."""

    held_out: bool = False
    queries: tuple[Query, ...] = Field(min_length=1)
