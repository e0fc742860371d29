"""``queries/*.yaml``: queries and their right answers, by which the quality of the search is measured."""

from typing import Annotated

from pydantic import Field

from services.intervention_catalog.content.models.shared import Part

Text = Annotated[str, Field(min_length=1)]


class Query(Part):
    """A query, the manner in which it is typed, and the keys of the documents that are right answers."""

    text: Text
    manner: Text
    right: tuple[str, ...] = Field(min_length=1)


class QueriesFile(Part):
    """The whole file. ``held_out`` queries are measured but not shown, so that nobody tunes the search to them."""

    held_out: bool = False
    queries: tuple[Query, ...] = Field(min_length=1)
