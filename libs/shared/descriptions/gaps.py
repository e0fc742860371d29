"""What a description lacks before it can be submitted: each gap with its place, the reason and the remedy."""

from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict

from libs.shared.rules.wording import Text

MISSING = "description.missing"


class Gap(BaseModel):
    """One thing that is missing or contradicts another. ``pointer`` is a JSON pointer in the document."""

    model_config = ConfigDict(frozen=True)

    pointer: str
    code: str
    reason: Text
    remedy: Text


def lacking(pointer: str, da: str, en: str) -> Gap:
    """A field that is not filled in; ``da`` and ``en`` say what it would tell, as the object of a sentence."""
    return Gap(
        pointer=pointer,
        code=MISSING,
        reason=Text(da=f"Projektbeskrivelsen angiver ikke {da}.", en=f"The description does not say {en}."),
        remedy=Text(da=f"Udfyld {pointer}, og indsend igen.", en=f"Fill in {pointer} and submit again."),
    )


def contradicting(pointer: str, code: str, reason: Text, remedy: Text) -> Gap:
    """Two fields that contradict each other."""
    return Gap(pointer=pointer, code=f"description.{code}", reason=reason, remedy=remedy)


Gaps = Iterator[Gap]
