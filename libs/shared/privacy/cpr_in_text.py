"""Finds CPR numbers in text, however they are spelt. Refusals, checks of drafts and log redaction use this pattern.

A CPR number is six digits of a date (ddmmyy, or day + 60) and four more. What may stand between the digits:

- anywhere: characters that cannot be seen (zero-width, soft hyphen, control characters);
- between pairs of digits, or between all ten: up to three blanks, dashes, dots, slashes, underscores, asterisks,
  apostrophes or brackets (``64 11 12 1239``, ``641112 – 1239``, ``6 4 1 1 1 2 1 2 3 9``);
- before the last four: up to three of any signs but letters (``641112, 1239``).

Digits are those of every script, superscript and encircled ones too. None is found inside a longer run of digits, in
an id of the platform (UUIDs; hexadecimal ids of 16, 32, 40 or 64 characters), nor across a date with a year of four
digits, a month or a school year (``2022-09-05 101001``, ``101001-2022-09``, ``101001 2022/2023``).
"""

import re
import unicodedata
from collections.abc import Iterator

from libs.shared.privacy.identifiers import cpr_kind

_FEWEST = 10
_HIDDEN = "\x00"
_HEX = "[0-9a-fA-F]"
_YEAR = "(?:19|20|21)[0-9]{2}"
_MONTH, _DAY = "(?:0?[1-9]|1[0-2])", "(?:0?[1-9]|[12][0-9]|3[01])"

_NO_CPR_NUMBER = re.compile(
    rf"(?<![0-9A-Za-z]){_HEX}{{8}}-(?:{_HEX}{{4}}-){{3}}{_HEX}{{12}}(?![0-9A-Za-z])"
    rf"|(?<![0-9A-Za-z])(?={_HEX}*[a-fA-F])(?:{_HEX}{{64}}|{_HEX}{{40}}|{_HEX}{{32}}|{_HEX}{{16}})(?![0-9A-Za-z])"
    rf"|(?<![0-9]){_YEAR}[-./]{_MONTH}[-./]{_DAY}(?![0-9])"
    rf"|(?<![0-9]){_YEAR}-(?:0[1-9]|1[0-2])(?![0-9])"
    # Not after another number: ``64.11.12.1999`` is a CPR number, of which a part looks like a date.
    rf"|(?<![0-9])(?<![0-9][-./ ]){_DAY}[-./ ]{_MONTH}[-./ ]{_YEAR}(?![0-9])"
    rf"|(?<![0-9])(?P<first>{_YEAR})[-/](?:20|19|21)?(?P<next>[0-9]{{2}})(?![0-9])"
)

_PAIR = "[0-9]{2}"
_BETWEEN = r"[-\s./\\_*'()\[\]]{1,3}"
_CPR = re.compile(
    rf"(?<![0-9])(?:{_PAIR}(?:{_BETWEEN})?{_PAIR}(?:{_BETWEEN})?{_PAIR}[^0-9A-Za-z]{{0,3}}{_PAIR}(?:{_BETWEEN})?{_PAIR}"
    rf"|[0-9](?:{_BETWEEN}[0-9]){{9}})(?![0-9])"
)


class _Plain(dict[int, str]):
    """Maps each character to ASCII: its digit, dash, blank or hidden character, else a letter or a sign."""

    def __missing__(self, code: int) -> str:
        self[code] = made = _plain(chr(code))
        return made


def _plain(character: str) -> str:
    if character.isascii() and character.isprintable():
        return character
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    if character.isspace():
        return " "
    category = unicodedata.category(character)
    if category in {"Cf", "Cc", "Mn", "Me"}:
        return _HIDDEN
    if category[0] in "LN":
        return "x"
    # U+2212 is the minus sign; other signs (middle dots, bullets, quotation marks) separate like a full stop.
    return "-" if category == "Pd" or character == "\u2212" else "."


_PLAIN = _Plain()


def cpr_numbers(text: str, *, dated: bool = True) -> Iterator[tuple[int, int]]:
    """Start and end of each CPR number; without ``dated``, of any ten digits that are written like one."""
    if len(text) < _FEWEST:
        return
    plain = text if text.isascii() and text.isprintable() else text.translate(_PLAIN)
    if sum(map(plain.count, "0123456789")) < _FEWEST:  # nearly every text ends here, after a microsecond
        return
    places: list[int] | None = None
    if _HIDDEN in plain:
        places = [place for place, character in enumerate(plain) if character != _HIDDEN]
        plain = plain.replace(_HIDDEN, "")
    plain = _NO_CPR_NUMBER.sub(_blotted, plain)
    place = 0
    while found := _CPR.search(plain, place):
        if dated and not _is_possible(found[0]):
            # in ``12 64 11 12 1239`` the first ten digits are no CPR number, but the last ten are
            place = found.start() + 1
            continue
        place = found.end()
        start, last = found.start(), found.end() - 1
        yield (places[start], places[last] + 1) if places else (start, last + 1)


def holds_cpr_number(text: str) -> bool:
    """Whether the text contains one."""
    return next(cpr_numbers(text), None) is not None


def _blotted(found: re.Match[str]) -> str:
    if found["first"] and (int(found["first"]) + 1) % 100 != int(found["next"]):
        return found[0]
    return "x" * len(found[0])


def _is_possible(written: str) -> bool:
    """Whether the digits begin with a date that a CPR number can have."""
    digits = [int(sign) for sign in written if sign.isdigit()]
    day, month, year = (10 * digits[place] + digits[place + 1] for place in (0, 2, 4))
    return cpr_kind(day, month, year, digits[6]) is not None
