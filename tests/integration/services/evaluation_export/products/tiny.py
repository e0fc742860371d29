"""The program of a test's own product: one file that holds the input."""

from collections.abc import Iterator

import msgspec

from services.evaluation_export.products.child import Contents, run
from services.evaluation_export.products.errors import BuildFailed

NAME = "tiny"


class Input(msgspec.Struct, frozen=True):
    """The school year and the number of enrolments that the database holds."""

    school_year: str
    enrolments: int


class TooTiny(BuildFailed):
    """There is no enrolment."""

    code = "delivery.too_tiny"
    da = "Der er ingen tilmeldinger. Vent på dem, og bestil igen."
    en = "There are no enrolments. Wait for them and order again."


class Nothing(Exception):
    """The builder's exception for ``TooTiny``."""


def contents(given: Iterator[bytes]) -> Contents:
    """The contents of the bundle: one file."""
    asked = msgspec.msgpack.decode(next(given), type=Input)
    if not asked.enrolments:
        raise Nothing
    return Contents(NAME, asked.school_year, {"enrolments.txt": str(asked.enrolments).encode()}, ())


if __name__ == "__main__":
    run(contents, {Nothing: TooTiny})
