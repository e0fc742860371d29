"""The memory of the process."""

import ctypes
import sys


def release_freed_memory() -> None:
    """Have the C library return freed memory to the operating system; a no-op where it has no ``malloc_trim``.

    glibc keeps freed memory for the process. Work that needs tens of megabytes for a moment and is repeated, such as
    building the catalog's search index, would raise the size of the process for good.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
