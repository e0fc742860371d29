"""The process that builds a bundle is finished once its answer is written."""

import hashlib
import io
import os
import subprocess
import sys
from pathlib import Path

import msgspec

from services.evaluation_export.disclosure.release import PersonKeys
from services.evaluation_export.disclosure.rules import DisclosureRules
from services.evaluation_export.products.aggregate.order import Order
from services.evaluation_export.products.frames import Answer, framed, frames
from tests.disclosure.populations import population

ROOT = Path(__file__).parents[6]
ABORTS_AT_THE_END = """
import atexit, os, runpy
atexit.register(os.abort)
runpy.run_module("services.evaluation_export.products.aggregate", run_name="__main__")
"""
"""As a compiled library does whose threads outlive its own objects."""


def test_a_library_that_aborts_while_the_process_ends_loses_no_bundle() -> None:
    snapshot = population(3)
    keys = tuple(PersonKeys(os.urandom(16), os.urandom(32)) for _ in snapshot.persons)
    done = subprocess.run(
        [sys.executable, "-c", ABORTS_AT_THE_END],
        input=framed(Order(snapshot, DisclosureRules(), keys)),
        env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0
    messages = frames(io.BytesIO(done.stdout))
    answer = msgspec.msgpack.decode(next(messages), type=Answer)
    assert hashlib.sha256(b"".join(messages)).hexdigest() == answer.sealed.sha256
