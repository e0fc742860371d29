"""Reports the end of a process: as a JSON line of level critical in a pod, as a sentence at a terminal.

In a pod, under a supervisor or in a pipe nobody reads the standard error output. In neither case is the message of an
exception shown, as it could contain a value; only the messages of ``Tellable`` exceptions are.
"""

import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from pydantic import ValidationError

from libs.shared.base.tellable import Tellable
from libs.shared.observability.failures import describe_failure, sentence_of
from libs.shared.observability.logs import configure_logging, get_logger

FAILED = 1
NOT_SET_UP = 2

_log = get_logger("skoleloeft.process")


def run_to_end(name: str, act: Callable[[], int], *, for_person: bool = False) -> int:
    """Run ``act`` and return its exit code: 2 for a faulty set-up, 1 for other failures.

    ``name`` is the service's; it is part of each line and the prefix of its settings. ``for_person`` is for commands
    whose output a person reads, also through a pipe.
    """
    if for_person or sys.stderr.isatty():
        return _run(name, act, in_words=True)
    configure_logging(name)
    with everything_logged():
        return _run(name, act, in_words=False)


def _run(name: str, act: Callable[[], int], *, in_words: bool) -> int:
    try:
        return act()
    except ValidationError as error:
        if not error.title.endswith("Settings"):
            return _failed(error, in_words=in_words)
        return complain("not set or not valid: " + ", ".join(_settings(name, error)), in_words=in_words)
    except Tellable as error:
        return complain(f"{type(error).__name__}: {error}", in_words=in_words)
    except Exception as failure:
        return _failed(failure, in_words=in_words)


def complain(reason: str, *, in_words: bool = True) -> int:
    """Report why the process ends before it started; returns the exit code."""
    if in_words:
        sys.stderr.write(reason + "\n")
    else:
        _log.critical("process.refused", reason=reason, exit_code=NOT_SET_UP)
    return NOT_SET_UP


def _failed(failure: Exception, *, in_words: bool) -> int:
    if in_words:
        sys.stderr.write(f"failed: {sentence_of(failure)}\n")
    else:
        _log.critical("process.failed", failure=describe_failure(failure), exit_code=FAILED)
    return FAILED


def _settings(name: str, error: ValidationError) -> list[str]:
    prefix = "SKOLELOEFT" if error.title == "SharedSettings" else name.upper()
    return [f"{prefix}_{'_'.join(map(str, found['loc'])).upper()}" for found in error.errors()]


@contextmanager
def everything_logged() -> Iterator[None]:
    """Log what the interpreter would print: failures of threads and finalisers, and warnings."""

    def in_thread(found: Any) -> None:
        if found.exc_value is not None and not isinstance(found.exc_value, SystemExit):
            _log.error("thread.failed", failure=describe_failure(found.exc_value))

    def nowhere_to_raise(found: Any) -> None:
        if found.exc_value is not None:
            _log.error("failure.nowhere_to_raise", failure=describe_failure(found.exc_value))

    def warned(  # noqa: PLR0917 - the standard library's signature
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        _log.warning("python.warning", category=category.__name__, where=f"{filename}:{lineno}")

    before = threading.excepthook, sys.unraisablehook, warnings.showwarning
    threading.excepthook, sys.unraisablehook, warnings.showwarning = in_thread, nowhere_to_raise, warned
    try:
        yield
    finally:
        threading.excepthook, sys.unraisablehook, warnings.showwarning = before
