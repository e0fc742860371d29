"""Freed memory goes back to the operating system."""

import subprocess
import sys

import pytest

PROGRAM = """
import ctypes
from pathlib import Path
from libs.shared.runtime.memory import release_freed_memory

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

library = ctypes.CDLL(None)
library.malloc.restype = ctypes.c_void_p
library.free.argtypes = [ctypes.c_void_p]
blocks = [library.malloc(64 * 1024) for _ in range(1000)]
for block in blocks:
    ctypes.memset(block, 1, 64 * 1024)
pinned = blocks.pop()  # the end of the heap stays in use, so freeing the rest alone shrinks nothing
for block in blocks:
    library.free(block)
freed = resident()
release_freed_memory()
print(freed - resident())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's malloc_trim; elsewhere the function does nothing")
def test_freed_blocks_below_one_in_use_leave_the_process() -> None:
    result = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=60)
    assert int(result.stdout) > 50_000_000
