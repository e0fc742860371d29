"""Limits the memory of the process."""

import ctypes
import sys


def release_freed_memory() -> None:
    """Let the C library return freed memory to the operating system; does nothing if it has no ``malloc_trim``.

    glibc keeps freed memory for the process. Repeated work that needs tens of megabytes for a moment, such as building
    the catalog's search index, would permanently increase the size of the process.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
