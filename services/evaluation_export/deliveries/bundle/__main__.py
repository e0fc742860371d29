"""Snapshot on standard input, bundle on standard output. Exit code 3: small groups cannot be protected."""

import sys

import msgspec

from services.evaluation_export.deliveries.bundle.building import build
from services.evaluation_export.deliveries.bundle.checks import NotReleasable
from services.evaluation_export.deliveries.snapshot import Snapshot
from services.evaluation_export.disclosure.suppression import NotProtectable

NOT_PROTECTED = 3


def main() -> int:
    """Build one bundle; what stands on standard error names no pupil and no number."""
    snapshot = msgspec.json.decode(sys.stdin.buffer.read(), type=Snapshot)
    try:
        bundle = build(snapshot)
    except (NotProtectable, NotReleasable) as why:
        sys.stderr.write(f"{type(why).__name__}\n")
        return NOT_PROTECTED
    sys.stdout.buffer.write(bundle)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
