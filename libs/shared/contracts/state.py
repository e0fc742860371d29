"""The base of every event's content."""

import re
from functools import cache
from string import Formatter
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from libs.shared.contracts.values import Integer, month, school_year
from libs.shared.values import months
from libs.shared.values import school_years as values

PREFIX = "dk.skoleloeft."

SchoolYear = Annotated[values.SchoolYear, AfterValidator(school_year)]
"""A school year of the events' own window."""
Month = Annotated[months.Month, AfterValidator(month)]
"""A month of the events' own window."""


@cache
def _template(key: str) -> tuple[str, tuple[str, ...]]:
    """A record key's form for ``%``, and its fields: readers make a key for each record, of few forms."""
    parts = [(text, name) for text, name, _, _ in Formatter().parse(key)]
    form = "".join(text.replace("%", "%%") + ("%s" if name else "") for text, name in parts)
    return form, tuple(name for _, name in parts if name)


class State(BaseModel):
    """The whole current state of one aggregate (event-carried state).

    Unknown fields are ignored, so that an added optional field keeps the version. ``aggregate_version`` rises
    by the aggregate's row lock; a consumer ignores an older one than it has seen.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    TYPE: ClassVar[str]
    """``dk.skoleloeft.<producer>.<noun>.<verb>``."""
    VERSION: ClassVar[int] = 1
    TOPIC: ClassVar[str]
    KEY: ClassVar[str]
    """The record key, the aggregate's id, as a format string over the fields."""

    aggregate_version: Integer = Field(ge=1)

    @property
    def key(self) -> str:
        """The record key."""
        template, names = _template(self.KEY)
        content = vars(self)
        return template % tuple([content[name] for name in names])

    @classmethod
    def key_fields(cls) -> tuple[str, ...]:
        """The fields that make up the record key, in order."""
        return _template(cls.KEY)[1]

    @classmethod
    def fields_of(cls, key: str) -> dict[str, str]:
        """The fields of a record key, as text. Raises ``ValueError`` for a key that is none of this type."""
        parts = Formatter().parse(cls.KEY)
        pattern = "".join(re.escape(text) + (f"(?P<{name}>.+?)" if name else "") for text, name, _, _ in parts)
        found = re.fullmatch(pattern, key)
        if found is None:
            raise ValueError(f"not a record key of {cls.TOPIC}")
        return found.groupdict()

    @property
    def municipality(self) -> str | None:
        """The tenant the content belongs to; None for content open to all."""
        code = getattr(self, "municipality_code", None)
        return code if isinstance(code, str) else None


class Bilingual(BaseModel):
    """A text in Danish and English."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    da: str = Field(min_length=1)
    en: str = Field(min_length=1)


class LookupKey(BaseModel):
    """A keyed hash of an incoming identifier: HMAC(key, kind | municipality | normalised identifier).

    The municipality is left out for CPR number and UNI-Login. ``value`` is hex; the key is a secret of
    registration and absence_ingest.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: str = Field(pattern="^(cpr_number|uni_login|local_id)$")
    key_id: str
    value: str = Field(pattern="^[0-9a-f]{64}$")


Id = UUID
