"""HTTP for what a snapshot changes: counted by class, and pupil by pupil."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from libs.shared.auth.principal import Principal
from libs.shared.db.order import Order, Place
from libs.shared.db.scope import Scope
from libs.shared.imports.batch import SnapshotChange
from libs.shared.imports.http.api import ImportApi
from libs.shared.imports.http.kind_routes import Sender, as_list
from libs.shared.imports.http.parts import one_of
from libs.shared.imports.receipts import differences
from libs.shared.imports.receipts.differences import OfClass, OfPupil
from libs.shared.imports.receipts.receipt import Receipt
from libs.shared.web.lists import Lists, sortable
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, PageSize, PageToken


class ClassDifferenceView(BaseModel):
    """What a snapshot changes in a class, in pupils."""

    class_name: str
    joined: int = Field(description="They were in no class of the institution and school year.")
    left: int = Field(description="They are in none afterwards.")
    moved_in: int = Field(description="They come from another class.")
    moved_out: int = Field(description="They go to another class.")
    renamed: int = Field(description="Their name changes.")

    @classmethod
    def of(cls, found: OfClass) -> "ClassDifferenceView":
        """The view of counted changes."""
        return cls(**{name: getattr(found, name) for name in cls.model_fields})


class PupilDifferenceView(BaseModel):
    """One change that a snapshot makes. Names and numbers are not shown."""

    change: SnapshotChange
    class_name: str
    from_class_name: str | None
    pupil_id: UUID | None = Field(description="Null for pupils who are not known yet; `pupils` says how many.")
    pupils: int

    @classmethod
    def of(cls, found: OfPupil) -> "PupilDifferenceView":
        """The view of one change."""
        return cls(**{name: getattr(found, name) for name in cls.model_fields})


_CLASSES: dict[str, Any] = {
    "items": [{"class_name": "5A", "joined": 1, "left": 6, "moved_in": 0, "moved_out": 1, "renamed": 0}],
    "next_page_token": None,
}
_PUPILS: dict[str, Any] = {
    "items": [
        {
            "change": "left",
            "class_name": "5A",
            "from_class_name": None,
            "pupil_id": "1c9f1a52-3f39-4a4c-8a53-0d7a1f0a6f11",
            "pupils": 1,
        }
    ],
    "next_page_token": None,
}

_ClassSort = Annotated[str, sortable("class_name", "joined", "left", "moved_in", "moved_out", "renamed")]
_PupilSort = Annotated[str, sortable("class_name", "change")]

Load = Callable[[Principal, UUID], Awaitable[Receipt]]


def add_differences(router: APIRouter, api: ImportApi, load: Load) -> None:
    """Add the lists of what a snapshot changes."""

    @router.get(
        "/{receipt_id}/difference",
        summary="What a snapshot changes, counted by class",
        response_model=Page[ClassDifferenceView],
        responses=as_list(ClassDifferenceView, _CLASSES),
    )
    async def by_class(
        *,
        receipt_id: UUID,
        caller: Sender,
        lists: Lists,
        sort: _ClassSort = "class_name",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[ClassDifferenceView] | Response:
        order = Order.read(sort)
        after = lists.after(page_token, "difference", order)
        found = one_of(await load(caller, receipt_id), lambda part: part.upload.snapshot is not None)
        async with api.db.read(Scope.of(found.upload.municipality_code)) as session:
            rows = await differences.classes(session, found.id, order=order, after=after, size=page_size + 1)
        return lists.answer(
            "difference",
            order,
            rows,
            page_size,
            model=ClassDifferenceView,
            item=ClassDifferenceView.of,
            place=lambda row: Place(str(getattr(row, order.name)), row.class_name),
        )

    @router.get(
        "/{receipt_id}/difference/pupils",
        summary="What a snapshot changes, pupil by pupil: ids, never names or numbers",
        response_model=Page[PupilDifferenceView],
        responses=as_list(PupilDifferenceView, _PUPILS),
    )
    async def by_pupil(
        *,
        receipt_id: UUID,
        caller: Sender,
        lists: Lists,
        change: Annotated[SnapshotChange | None, Query(description="Changes of this sort alone.")] = None,
        sort: _PupilSort = "class_name",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[PupilDifferenceView] | Response:
        order = Order.read(sort)
        after = lists.after(page_token, "difference_pupils", order)
        found = one_of(await load(caller, receipt_id), lambda part: part.upload.snapshot is not None)
        async with api.db.read(Scope.of(found.upload.municipality_code)) as session:
            rows = await differences.pupils(session, found.id, change, order=order, after=after, size=page_size + 1)
        return lists.answer(
            "difference_pupils",
            order,
            rows,
            page_size,
            model=PupilDifferenceView,
            item=PupilDifferenceView.of,
            place=lambda row: Place(getattr(row, order.name), str(row.number)),
        )
