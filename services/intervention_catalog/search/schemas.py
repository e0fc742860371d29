"""The answers of the search."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.rules.wording import Text
from services.intervention_catalog.changes.domain import Kind
from services.intervention_catalog.kinds.kinds import KINDS
from services.intervention_catalog.search.domain import Found, FoundItem
from services.intervention_catalog.search.showing.highlights import Highlight

_HIT: dict[str, Any] = {
    "kind": "intervention_type",
    "id": "E",
    "href": "/v1/intervention-types/E",
    "title": {"da": "Bogpakker", "en": "Book packages"},
    "score": 12.5,
    "highlights": [
        {"passage": "title", "segments": [{"text": "Bogpakker", "match": True}]},
        {
            "passage": "purpose",
            "segments": [{"text": "Bøger", "match": True}, {"text": " med hjem til …", "match": False}],
        },
    ],
    "themes": [],
    "levels": [],
    "stages": ["lower", "middle", "upper"],
    "subjects": ["dansk"],
    "audiences": [],
    "municipalities": [],
}


class SegmentOut(BaseModel):
    """A piece of text; escape it before it is shown in HTML."""

    text: str
    match: bool = Field(description="Whether the text matches the query.")


class HighlightOut(BaseModel):
    """The title, or a fragment of a passage; its segments joined are the text."""

    passage: str
    segments: list[SegmentOut]

    @classmethod
    def of(cls, highlight: Highlight) -> Self:
        """The answer for a highlight."""
        return cls(
            passage=highlight.name,
            segments=[SegmentOut(text=each.text, match=each.is_match) for each in highlight.segments],
        )


class HitOut(BaseModel):
    """Something that was found, where it is read, and what it can be filtered by."""

    model_config = ConfigDict(json_schema_extra={"examples": [_HIT]})

    kind: Kind
    id: str
    href: str
    title: Text
    score: float = Field(description="Scores can be compared within one search only.")
    highlights: list[HighlightOut] = Field(description="The title, then up to three fragments.")
    themes: list[str]
    levels: list[str]
    stages: list[str]
    subjects: list[str] = Field(description="`all` means every subject.")
    audiences: list[str]
    municipalities: list[str]

    @classmethod
    def of(cls, item: FoundItem) -> Self:
        """The answer for a hit."""
        document = item.document
        return cls(
            kind=Kind(document.kind),
            id=document.id,
            href=f"/v1/{KINDS[Kind(document.kind)].path}/{document.id}",
            title=Text(da=document.title.da, en=document.title.en),
            score=item.score,
            highlights=[HighlightOut.of(each) for each in item.highlights],
            themes=sorted(document.themes),
            levels=sorted(document.levels),
            stages=sorted(document.stages),
            subjects=sorted(document.subjects),
            audiences=sorted(document.audiences),
            municipalities=sorted(document.municipalities),
        )


class SearchOut(BaseModel):
    """One page of hits, the best first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "items": [_HIT],
                    "total": 1,
                    "facets": {"kinds": {"intervention_type": 1}},
                    "next_page_token": None,
                }
            ]
        }
    )

    items: list[HitOut]
    total: int = Field(description="The number of hits on all pages.")
    facets: dict[str, dict[str, int]] = Field(
        description="The number of hits with each value of each filter, on all pages."
    )
    next_page_token: str | None = Field(default=None, description="Send it as `page_token`; null on the last page.")

    @classmethod
    def of(cls, found: Found, token: str | None) -> Self:
        """The answer for a page."""
        return cls(
            items=[HitOut.of(each) for each in found.items],
            total=found.total,
            facets={name: dict(counts) for name, counts in found.facets.items()},
            next_page_token=token,
        )
