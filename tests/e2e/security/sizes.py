"""The short and the full size of tests that send thousands of requests."""

import os
from zlib import crc32

FULL = os.environ.get("SKOLELOEFT_FULL") == "1"
ONE_IN = 4


def sent(*request: object) -> bool:
    """Whether the request is sent in this size. In the short one a quarter of all is, the same quarter in every run,
    and some of every route.
    """
    return FULL or crc32(repr(request).encode("utf-8", "surrogatepass")) % ONE_IN == 0
