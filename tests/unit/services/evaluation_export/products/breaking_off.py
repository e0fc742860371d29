"""A program whose answer is incomplete although its exit code is 0."""

import sys

from services.evaluation_export.bundle.archive import Sealed
from services.evaluation_export.products.frames import Answer, framed, framed_bytes

if __name__ == "__main__":
    sys.stdin.buffer.read()
    sys.stdout.buffer.write(framed(Answer(Sealed(20, "", ()), ())) + framed_bytes(b"0123456789"))
    sys.stdout.buffer.flush()
