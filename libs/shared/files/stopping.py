"""When a file is given up while it is read: nine of ten rows refused mean that it is not the file it is said to be."""

from bisect import bisect_right

from libs.shared.files.parse import Parsed

ENOUGH_ROWS = 10_000
"""No file is given up before this row."""


def too_many_refused(parsed: Parsed, rows: int, refused: int) -> bool:
    """Whether, after some row from the ten thousandth on, nine of ten rows are refused.

    ``parsed`` is a chunk, ``rows`` and ``refused`` count the file's rows before it. The answer depends on the file's
    rows and not on where it is cut into chunks.
    """
    if rows + parsed.rows < ENOUGH_ROWS:
        return False
    for count, row in enumerate(parsed.refused, start=1):
        read = rows + count + bisect_right(parsed.lines, row.line)
        if read >= ENOUGH_ROWS and 10 * (refused + count) >= 9 * read:
            return True
    if rows >= ENOUGH_ROWS:
        return False
    # After the ten thousandth row itself, which may be a good one.
    lines = sorted([*parsed.lines, *(row.line for row in parsed.refused)])
    last = lines[ENOUGH_ROWS - rows - 1]
    return 10 * (refused + bisect_right([row.line for row in parsed.refused], last)) >= 9 * ENOUGH_ROWS
