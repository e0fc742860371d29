"""The process that builds one bundle of any product: started as ``python -m`` with the product's program."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO, NoReturn

import msgspec

from services.evaluation_export.bundle.archive import pieces, seal
from services.evaluation_export.disclosure.packing import PackedGroup
from services.evaluation_export.products.errors import BuildFailed
from services.evaluation_export.products.frames import Answer, GaveUp, framed, framed_bytes, frames

IN_MEMORY_BYTES = 16 * 1024 * 1024
"""A larger bundle is written to a temporary file."""


class Contents(msgspec.Struct, frozen=True):
    """The files of a bundle by name, without the manifest, and its groups for the store of releases.

    ``parameters`` are those of the order, for the manifest.
    """

    product: str
    parameters: Mapping[str, Any]
    files: Mapping[str, bytes]
    groups: tuple[PackedGroup, ...]


def run(
    build: Callable[[Iterator[bytes]], Contents], gives_up: Mapping[type[Exception], type[BuildFailed]]
) -> NoReturn:
    """Build one bundle from the messages on standard input and answer on standard output, as ``frames`` says.

    ``gives_up`` maps the exceptions with which ``build`` refuses this input to the reasons that the evaluator sees.
    Nothing that is written to standard error names a pupil or a figure.

    The process ends without the clean-up of the interpreter and the libraries: threads of HiGHS sometimes still run
    when its own objects are destroyed, and then the C++ runtime aborts a process that has already given its answer.
    """
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as answers:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # compiled solvers may print; that is not the answer
        try:
            contents = build(frames(sys.stdin.buffer))
        except tuple(gives_up) as why:
            sys.stderr.write(f"{type(why).__name__}\n")
            answers.write(framed(GaveUp(gives_up[type(why)].code)))
        else:
            _answer(answers, contents)
    sys.stderr.flush()
    os._exit(0)


def _answer(answers: BinaryIO, contents: Contents) -> None:
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as target:
        sealed = seal(contents.product, contents.parameters, contents.files, target)
        answers.write(framed(Answer(sealed, contents.groups)))
        answers.writelines(framed_bytes(piece) for piece in pieces(target))
