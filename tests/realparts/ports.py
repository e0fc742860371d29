"""Free ports of 127.0.0.1."""

import random
import socket
from contextlib import ExitStack

from libs.shared.contracts.topics import SERVICES

PLATFORM = 2 * len(SERVICES) + 4
"""As many as the services, their workers and what stands beside them take."""


def free_port() -> int:
    """A free port, chosen by the operating system."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def free_ports(count: int = PLATFORM) -> int:
    """The first of ``count`` consecutive free ports.

    They lie below the range from which the system chooses, and begin at random: two test processes that search at the
    same time would otherwise find the same ones.
    """
    for _ in range(200):
        first = random.randrange(20_000, 32_000)  # noqa: S311 - no secret
        with ExitStack() as probes:
            try:
                for port in range(first, first + count):
                    probe = probes.enter_context(socket.socket())
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return first
    raise RuntimeError(f"no {count} free ports in a row")
