"""What the API shows of the kinds of file that a service takes."""

from pydantic import BaseModel, Field

from libs.shared.files.columns import ReadyColumn
from libs.shared.files.formats import Format
from libs.shared.files.kind import Kind


class ColumnView(BaseModel):
    """A column of a kind."""

    name: str
    title: dict[str, str]
    required: bool
    max_length: int
    example: str
    allowed: list[str]

    @classmethod
    def of(cls, column: ReadyColumn) -> "ColumnView":
        """The view of a declared column."""
        declared = column.column
        return cls(
            name=column.name,
            title={"da": declared.da, "en": declared.en},
            required=column.required,
            max_length=declared.max_length,
            example=declared.example,
            allowed=list(column.allowed),
        )


class KindView(BaseModel):
    """A kind of file that this service takes."""

    name: str
    title: dict[str, str]
    media: list[str] = Field(description="The types of content by which it is sent.")
    natural_key: list[str]
    columns: list[ColumnView]
    parts: list[str] = Field(description="Of a format of several kinds: the kinds, in the order of writing.")
    links: dict[str, str]

    @classmethod
    def of_format(cls, form: Format) -> "KindView":
        """The view of a declared format of several kinds."""
        return cls(
            name=form.name,
            title={"da": form.title_da, "en": form.title_en},
            media=list(form.media),
            natural_key=[],
            columns=[],
            parts=[kind.name for kind in form.kinds],
            links={"guide": f"/v1/imports/kinds/{form.name}/guide"},
        )

    @classmethod
    def of(cls, kind: Kind) -> "KindView":
        """The view of a declared kind."""
        here = f"/v1/imports/kinds/{kind.name}"
        return cls(
            name=kind.name,
            title={"da": kind.title_da, "en": kind.title_en},
            media=["text/csv", "application/x-ndjson"],
            parts=[],
            natural_key=list(kind.natural_key),
            columns=[ColumnView.of(column) for column in kind.columns],
            links={"template": f"{here}/template.csv", "guide": f"{here}/guide"},
        )
