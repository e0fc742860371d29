"""The program of a test's own product: one file that holds the number of enrolments, up to the parameter ``most``."""

from collections.abc import Iterator
from typing import Any

import msgspec

from services.evaluation_export.products.child import Contents, run
from services.evaluation_export.products.errors import BuildFailed

NAME = "tiny"


class Input(msgspec.Struct, frozen=True):
    """The parameters of the order, and the number of enrolments that the database holds."""

    parameters: dict[str, Any]
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
    written = min(asked.enrolments, asked.parameters["most"])
    return Contents(NAME, asked.parameters, {"enrolments.txt": str(written).encode()}, ())


if __name__ == "__main__":
    run(contents, {Nothing: TooTiny})
