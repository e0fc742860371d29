"""What is wrong with a file, one fault per field, with a stable code and both languages."""

from collections.abc import Iterable, Mapping, Sequence

from pydantic import BaseModel, ConfigDict, ValidationError

from libs.shared.web.documents import Messages
from libs.shared.web.validation import field_problems, without_echoes

Place = tuple[str | int, ...]
"""Where in a document: the names and indexes from its top."""


class Fault(BaseModel):
    """One thing wrong. ``pointer`` is a JSON pointer, empty for the whole; ``line`` is counted from 1, null if none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pointer: str = ""
    line: int | None = None
    code: str
    messages: Messages

    def said(self, file: str) -> str:
        """The fault in one line, as compilers write theirs: file, line, field, code, Danish, English."""
        where = file if self.line is None else f"{file}:{self.line}"
        return f"{where}: {self.pointer or '(file)'}: {self.code}: {self.messages.da} / {self.messages.en}"


class FileFault(Exception):
    """The file cannot be judged; ``faults`` holds at least one reason."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(", ".join(each.code for each in faults))
        self.faults = tuple(faults)


def whole(code: str, da: str, en: str, *, line: int | None = None, pointer: str = "") -> FileFault:
    """A single fault, of the file as a whole unless ``pointer`` says otherwise."""
    return FileFault([Fault(pointer=pointer, line=line, code=code, messages=Messages(da=da, en=en))])


def of_model(error: ValidationError, lines: Mapping[Place, int]) -> FileFault:
    """The model's errors as faults, in the words the HTTP edge uses; ``lines`` has the line of each place, if known."""
    errors = without_echoes(error.errors(include_url=False))
    faults = [
        Fault(pointer=said.pointer, line=_nearest(lines, each["loc"]), code=said.code, messages=said.messages)
        for each, said in zip(errors, field_problems(errors), strict=True)
    ]
    return FileFault(sorted(faults, key=lambda each: each.line or 0))


def _nearest(lines: Mapping[Place, int], place: Iterable[str | int]) -> int | None:
    """The line of the place; for a missing field, the line of the part that lacks it."""
    within = tuple(place)
    while within and within not in lines:
        within = within[:-1]
    return lines.get(within)
