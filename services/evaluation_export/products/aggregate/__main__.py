"""Order and earlier groups on standard input, bundle and groups on standard output, as ``frames`` says.

Exit code 3: small groups cannot be protected. 4: that could not be shown within its time.
"""

import os
import sys
from collections.abc import Iterator
from typing import BinaryIO, NoReturn

import msgspec

from services.evaluation_export.disclosure.audit import AuditTooSlow
from services.evaluation_export.disclosure.gate import near
from services.evaluation_export.disclosure.packing import PackedGroup, pack, unpack
from services.evaluation_export.disclosure.release import Group
from services.evaluation_export.products.aggregate.building import build, candidates
from services.evaluation_export.products.aggregate.checks import NotReleasable
from services.evaluation_export.products.aggregate.order import Order
from services.evaluation_export.products.aggregate.protecting import NotProtectable
from services.evaluation_export.products.frames import Answer, frames

NOT_PROTECTED = 3
AUDIT_TOO_SLOW = 4


def main() -> NoReturn:
    """Build one bundle. Nothing that is written to standard error names a pupil or a figure.

    The process ends without the clean-up of the interpreter and the libraries: threads of HiGHS sometimes still run
    when its own objects are destroyed, and then the C++ runtime aborts a process that has already given its answer.
    """
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as answers:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # compiled solvers may print; that is no part of the answer
        code = _answer(answers)
    sys.stderr.flush()
    os._exit(code)


def _answer(answers: BinaryIO) -> int:
    given = frames(sys.stdin.buffer)
    order = msgspec.msgpack.decode(next(given), type=Order)
    order = msgspec.structs.replace(order, earlier=_earlier(order, given))
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


def _earlier(order: Order, given: Iterator[bytes]) -> tuple[Group, ...]:
    """The groups of the newest releases, and of older ones those near a group of this bundle: the audit does not read
    the others and the gate does not look at them, so they are let go one by one.
    """
    mine = candidates(order)
    shared: dict[bytes, bytes] = {}
    kept: list[Group] = []
    for each in given:
        packed = msgspec.msgpack.decode(each, type=PackedGroup)
        group = unpack(packed, shared if packed.audited else {})
        if packed.audited or near(mine, [group], order.rules):
            kept.append(group)
    return tuple(kept)


if __name__ == "__main__":
    main()
