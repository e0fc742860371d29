"""The kind of a class by a school's own rules. Pure."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

UNKNOWN = "unknown"
_RUN, _ONE = "*", "?"


@dataclass(frozen=True, slots=True)
class KindRule:
    """Classes of this name and line, as far as either is given, are of this kind. In a pattern ``*`` stands for any
    characters and ``?`` for one; capitals do not matter.
    """

    kind: str
    name: str | None = None
    line: str | None = None

    def covers(self, name: str, line: str | None) -> bool:
        """Whether the rule is about such a class."""
        return all(
            pattern is None or like(pattern, text or "") for pattern, text in ((self.name, name), (self.line, line))
        )


def kind_of(rules: Sequence[KindRule], name: str, line: str | None) -> str:
    """The kind by the first rule that covers the class; ``unknown`` without one: never ordinary by silence."""
    return next((rule.kind for rule in rules if rule.covers(name, line)), UNKNOWN)


def like(pattern: str, text: str) -> bool:
    """Whether the whole text has the form of the pattern. Takes at most the product of their lengths."""
    pattern, text = _plain(pattern), _plain(text)
    at = place = 0
    run, resumed = -1, 0
    while at < len(text):
        if place < len(pattern) and pattern[place] == _RUN:
            run, resumed = place, at
            place += 1
        elif place < len(pattern) and pattern[place] in {_ONE, text[at]}:
            place, at = place + 1, at + 1
        elif run >= 0:
            resumed += 1
            place, at = run + 1, resumed
        else:
            return False
    return not pattern[place:].strip(_RUN)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text.strip()).casefold()
