"""``python -m deploy.embedded serve``: the platform for one municipality, in the production profile."""

import asyncio
import os
import signal
import sys
from pathlib import Path

from deploy.embedded.composition import Deployment
from deploy.embedded.environment import Ports
from deploy.embedded.errors import IssuerMissing
from deploy.embedded.home import default_home
from libs.shared.base.errors import Problem
from libs.shared.base.settings import Profile


async def serve(home: Path, ports: Ports, issuer: str) -> None:
    """Run until SIGINT or SIGTERM."""
    deployment = Deployment(home, ports, Profile.PRODUCTION, report=lambda line: print(f"  {line}"), issuer=issuer)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        await deployment.start()
        print(f"Serving. Data, keys and logs are in {home}; keep a copy of {home / 'keys.json'}. Ctrl-C stops.")
        await stop.wait()
    finally:
        await deployment.stop()


def main() -> int:
    """Return the exit code."""
    if sys.argv[1:] != ["serve"]:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    try:
        issuer = os.environ.get("SKOLELOEFT_OIDC_ISSUER")
        if not issuer:
            raise IssuerMissing
        ports = Ports(int(os.environ.get("PORT_BASE", "8001")))
        asyncio.run(serve(default_home(os.environ) / "serve", ports, issuer))
    except Problem as problem:
        sys.stderr.write(f"{problem.messages['da']}\n{problem.messages['en']}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
