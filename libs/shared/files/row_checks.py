"""Rules about one row alone: declared with a kind, and judged where its rows are read, with a server or without one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from libs.shared.files.errors import FieldError, value_class


@dataclass(frozen=True, slots=True)
class RowCheck:
    """A rule over the values of ``columns``, for rows whose fields are all right.

    ``judge`` is pure: it takes the values in the order of ``columns`` and returns what is wrong with the row, or None.
    It is called once for each distinct combination of values in a chunk.
    """

    columns: tuple[str, ...]
    judge: Callable[..., FieldError | None] = field(repr=False)


def judge_rows(
    checks: Sequence[RowCheck],
    values: Mapping[str, Sequence[Any]],
    texts: Mapping[str, Sequence[str | None]],
    errors: dict[int, list[FieldError]],
) -> None:
    """Add to ``errors``, by row index, what the checks have against rows that are not in it yet.

    ``texts`` are the columns as they stand in the file. They tell the class of the value that an error is about.
    """
    failed = frozenset(errors)
    for check in checks:
        rows = list(zip(*(values[name] for name in check.columns), strict=True))
        distinct = {given for row, given in enumerate(rows) if row not in failed} if failed else set(rows)
        wrong = {given: error for given in distinct if (error := check.judge(*given)) is not None}
        if not wrong:
            continue
        for row, given in enumerate(rows):
            if given in wrong and row not in failed:
                errors.setdefault(row, []).append(_classed(wrong[given], texts, row))


def _classed(error: FieldError, texts: Mapping[str, Sequence[str | None]], row: int) -> FieldError:
    if error.column is None:
        return error
    text = texts[error.column][row] if error.column in texts else None
    return replace(error, value_class=value_class(text or ""))
