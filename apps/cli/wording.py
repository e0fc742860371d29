"""Two languages, and the failures that the commands know themselves."""

import json
import sys
from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

from apps.cli import codes
from apps.cli.options import Language
from libs.shared.base.errors import Problem
from libs.shared.rules.wording import Text


class CommandFailed(Problem):
    """A command cannot continue; ``exit_code`` is the code that it ends with."""

    exit_code: ClassVar[int] = codes.WRONG_USE


def in_language(text: Text, language: str) -> str:
    """The text in ``da`` or ``en``."""
    return text.en if language == Language.EN else text.da


class Failure(NamedTuple):
    """The reason why a command, or one of its files, failed."""

    code: str
    messages: dict[str, str]

    def document(self) -> dict[str, Any]:
        """The failure as a JSON object."""
        return {"code": self.code, "messages": self.messages}


def print_json(document: Any) -> None:
    """A document on standard output."""
    sys.stdout.write(f"{json.dumps(document, ensure_ascii=False, indent=2)}\n")


def teller(language: str, *, as_json: bool, file: str = "skoleloeft") -> Callable[[Failure], None]:
    """A function that reports a failure: one line on standard error, or JSON on standard output."""

    def tell(failure: Failure) -> None:
        if as_json:
            print_json({"error": failure.document()})
        else:
            sys.stderr.write(f"{file}: {failure.code}: {failure.messages[language]}\n")

    return tell
