"""CSV that people open in a spreadsheet. The product writes every line of such a file here.

Excel, LibreOffice and Google Sheets take a cell that begins with ``=``, ``+``, ``-`` or ``@`` for a formula, also
after blanks and control characters that they drop, and Asian locales do the same with the full-width signs (OWASP,
"CSV Injection"). Quoting does not help: the quotation marks are removed before the cell is interpreted. So an
apostrophe is put before such a cell, and before one that begins with an apostrophe already, so that it can be removed
again.
"""

import csv
import io
import re
from collections.abc import Iterable

MARK = "'"

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?", re.ASCII)
_LIVE = re.compile(r"[\s\x00-\x20\ufeff\u200b]*[=+\-@＝＋－＠]|[\t\r\n']")


def neutral(cell: str) -> str:
    """The cell in a form that a spreadsheet shows and does not evaluate. A number (-3, +4,5) stays as it is."""
    if _LIVE.match(cell) and not _NUMBER.fullmatch(cell):
        return MARK + cell
    return cell


def restored(cell: str) -> str:
    """The cell before ``neutral``; one that ``neutral`` cannot have written is left alone.

    ``restored(neutral(cell)) == cell`` for every text. A cell that a person corrects to ``'t Hooft`` keeps its
    apostrophe.
    """
    rest = cell[1:]
    return rest if cell.startswith(MARK) and neutral(rest) == cell else cell


def csv_line(cells: Iterable[object], separator: str = ",") -> str:
    """One line (RFC 4180, ended by CRLF) of neutral cells; None is an empty cell."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    writer.writerow(["" if cell is None else neutral(str(cell)) for cell in cells])
    return out.getvalue()
