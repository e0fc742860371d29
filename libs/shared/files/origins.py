"""Where the columns of a row come from, in a file that has other names than ours."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from libs.shared.files.errors import FieldError

ALONE = ""
"""The file of an origin in a format of one file."""


class Origin(NamedTuple):
    """An element or column ``name`` of the sent file. In a zip ``file`` has it, and the row is the one whose number is
    at ``number`` of the numbers that come with each row.
    """

    name: str
    file: str = ALONE
    number: int = 0

    def known(self, numbers: Sequence[int]) -> bool:
        """Whether the sent file has it for a row with these numbers; 0 stands for what it does not have."""
        return self.file == ALONE or (self.number < len(numbers) and numbers[self.number] > 0)

    def named(self, numbers: Sequence[int]) -> str:
        """``CivilRegistrationNumber``, or in a zip ``users.csv:17:identifier`` (without 17 if there are no numbers)."""
        if self.file == ALONE:
            return self.name
        return f"{self.file}:{numbers[self.number]}:{self.name}" if numbers else f"{self.file}:{self.name}"


def general(those: Sequence[Origin]) -> str:
    """A column as it is named for many rows: by its first file, as in ``users.csv:identifier+userIds``."""
    first = those[0]
    names = "+".join(each.name for each in those if each.file == first.file)
    return names if first.file == ALONE else f"{first.file}:{names}"


Origins = Mapping[str, Sequence[Origin]]
"""Of each column of a kind; the first that a row has is named. The last is what the row itself says, or refers by."""


def named(origins: Origins, numbers: Sequence[int], errors: Sequence[FieldError]) -> list[FieldError]:
    """The errors with the names of the sent file. ``numbers`` is empty if they are lost. What is no column of the kind
    is such a name already.
    """
    return [_named(origins, numbers, each) for each in errors]


def _named(origins: Origins, numbers: Sequence[int], error: FieldError) -> FieldError:
    if error.column is None:
        return error
    those = origins.get(error.column, ())
    found = next((each for each in those if each.known(numbers)), None) if numbers else next(iter(those[-1:]), None)
    return error if found is None else replace(error, column=found.named(numbers))
