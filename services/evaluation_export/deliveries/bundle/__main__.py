"""Order and earlier groups on standard input, bundle and groups on standard output, as ``frames`` says.

Exit code 3: small groups cannot be protected. 4: that could not be shown within its time.
"""

import os
import sys
from typing import BinaryIO

import msgspec

from services.evaluation_export.deliveries.bundle.building import build, candidates
from services.evaluation_export.deliveries.bundle.checks import NotReleasable
from services.evaluation_export.deliveries.bundle.frames import Answer, frames
from services.evaluation_export.deliveries.bundle.order import Order
from services.evaluation_export.deliveries.bundle.protecting import NotProtectable
from services.evaluation_export.disclosure.audit import AuditTooSlow
from services.evaluation_export.disclosure.gate import near
from services.evaluation_export.disclosure.packing import PackedGroup, pack, unpack

NOT_PROTECTED = 3
AUDIT_TOO_SLOW = 4


def main() -> int:
    """Build one bundle; what stands on standard error names no pupil and no number."""
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as answers:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # compiled solvers may print; that is no part of the answer
        return _answer(answers)


def _answer(answers: BinaryIO) -> int:
    given = frames(sys.stdin.buffer)
    order = msgspec.msgpack.decode(next(given), type=Order)
    # Those that are near to none of this bundle's groups are let go one by one: the gate does not look at them.
    earlier = (unpack(msgspec.msgpack.decode(each, type=PackedGroup)) for each in given)
    order = msgspec.structs.replace(order, earlier=near(candidates(order), earlier, order.rules))
    try:
        built = build(order)
    except (NotProtectable, NotReleasable) as why:
        sys.stderr.write(f"{type(why).__name__}\n")
        return NOT_PROTECTED
    except AuditTooSlow as why:
        sys.stderr.write(f"{type(why).__name__}\n")
        return AUDIT_TOO_SLOW
    answer = Answer(built.bundle, tuple(pack(group) for group in built.groups))
    answers.write(msgspec.msgpack.encode(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
