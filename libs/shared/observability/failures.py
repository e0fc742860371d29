"""Describes an exception for the log: its type and place in the code, and never its message.

The message of most exceptions repeats a value: a database error quotes the row, a validation error the input, a
``ValueError`` the text that was no number. So messages are left out, except for the few types whose message is only
about code, the operating system or the set-up (``Tellable``). The SQLSTATE of a database error and the code of a
problem are kept.
"""

import os
import socket
import ssl
from types import TracebackType
from typing import Any

from libs.shared.base.errors import Problem
from libs.shared.base.tellable import Tellable

MAX_FRAMES = 15
MAX_CAUSES = 5
_ABOUT_CODE = (ImportError, NameError, NotImplementedError, RecursionError, MemoryError)
# X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH, whose texts contain the host name.
_OTHER_NAME = frozenset({62, 64})
_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))) + os.sep


def describe_failure(failure: BaseException, causes: int = MAX_CAUSES) -> dict[str, Any]:
    """Type, code, SQLSTATE, code locations (innermost last) and cause of a failure, as JSON-ready values."""
    failure_class = type(failure)
    described: dict[str, Any] = {"type": f"{failure_class.__module__}.{failure_class.__qualname__}"}
    if isinstance(failure, Problem):
        described["code"] = failure.code
    elif isinstance(failure, (Tellable, *_ABOUT_CODE)):
        described["message"] = str(failure)
    elif isinstance(failure, OSError) and failure.errno is not None:
        described["message"] = _of_system(failure)
    state = sqlstate(failure)
    if state is not None:
        described["sqlstate"] = state
    described["where"] = _locations(failure.__traceback__)
    if causes > 0:
        if isinstance(failure, BaseExceptionGroup):
            described["members"] = [describe_failure(one, causes - 1) for one in failure.exceptions[:MAX_CAUSES]]
        if (cause := _cause(failure)) is not None:
            described["cause"] = describe_failure(cause, causes - 1)
    return described


def _cause(failure: BaseException) -> BaseException | None:
    """The cause of the failure; httpcore keeps it only as the argument of its own exceptions."""
    wrapped = failure.args[0] if failure.args and isinstance(failure.args[0], BaseException) else None
    return failure.__cause__ or wrapped or (None if failure.__suppress_context__ else failure.__context__)


def sentence_of(failure: BaseException) -> str:
    """The description of a failure in one line, for a person at a terminal."""
    described = describe_failure(failure, causes=0)
    said = [described["type"], *(str(described[name]) for name in ("message", "code", "sqlstate") if name in described)]
    where = f" (at {described['where'][-1]})" if described["where"] else ""
    return ": ".join(said) + where


def _of_system(failure: OSError) -> str:
    """The text of the operating system or the TLS library, without host names."""
    if isinstance(failure, ssl.SSLError):
        verify_code = getattr(failure, "verify_code", None)
        about = "the certificate is for another name" if verify_code in _OTHER_NAME else None
        about = about or getattr(failure, "verify_message", None)
        return f"{failure.reason}: {about}" if about else str(failure.reason)
    if isinstance(failure, socket.gaierror):
        return str(failure.strerror)
    return os.strerror(failure.errno or 0)


def sqlstate(failure: BaseException) -> str | None:
    """The five-character SQLSTATE of a database error, however deeply the layers have wrapped it; else None."""
    seen: BaseException | None = failure
    for _ in range(MAX_CAUSES):
        if seen is None:
            return None
        state = getattr(seen, "sqlstate", None)
        if isinstance(state, str) and len(state) == 5:
            return state
        inner = getattr(seen, "orig", None)
        seen = inner if isinstance(inner, BaseException) else seen.__cause__
    return None


def _locations(traceback: TracebackType | None) -> list[str]:
    """``file:line function`` of the innermost frames; no source lines, no locals."""
    found: list[str] = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        found.append(f"{code.co_filename.removeprefix(_ROOT)}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return found[-MAX_FRAMES:]
