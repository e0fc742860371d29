"""Room that is no longer needed, given back."""

import ctypes
import sys


def give_back() -> None:
    """Have the C library return freed memory to the system; where it cannot, nothing happens.

    Building an index takes some thirty megabytes for a moment. glibc would keep them for the process, and a
    process that builds anew at each publish would hold them for good.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
