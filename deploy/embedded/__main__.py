"""``python -m deploy.embedded``: the platform for one municipality on one machine, in the production profile."""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from deploy.embedded.backups.making import back_up
from deploy.embedded.backups.restoring import restore
from deploy.embedded.commanding import run_command
from deploy.embedded.composition import Deployment
from deploy.embedded.environment import Ports
from deploy.embedded.errors import IssuerMissing
from deploy.embedded.home import default_home
from deploy.embedded.settings import EmbeddedSettings
from libs.shared.base.errors import Problem
from libs.shared.base.settings import Profile
from libs.shared.contracts.topics import SERVICES


def report(line: str) -> None:
    """Print a line at once, so that a service manager stores it."""
    print(f"  {line}", flush=True)


async def serve(home: Path, ports: Ports, issuer: str) -> None:
    """Run until SIGINT or SIGTERM."""
    deployment = Deployment(home, ports, Profile.PRODUCTION, report=report, issuer=issuer, settings=EmbeddedSettings())
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        await deployment.start()
        print(f"Serving. Data, keys and logs are in {home}; make backups with `make backup`. Ctrl-C stops.", flush=True)
        await stop.wait()
    finally:
        await deployment.stop()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.embedded", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="run the platform until it is told to stop")
    backup = commands.add_parser("backup", help="write a backup to a new folder, while the platform runs or not")
    restoring = commands.add_parser("restore", help="make an empty home what a backup was; serve then starts it")
    for command in (backup, restoring):
        command.add_argument("folder", type=Path, help="the backup's folder")
        command.add_argument("--keys", type=Path, required=True, metavar="FILE", help="the file with its keys")
    backup.add_argument("--keys-in-folder", action="store_true", help="the key file may lie in the backup's folder")
    running = commands.add_parser("run", help="one command of a service, on the platform that is being served")
    running.add_argument("service", choices=SERVICES)
    running.add_argument("words", nargs=argparse.REMAINDER, help="as after `python -m services.<service>`")
    restoring.add_argument("--replace", action="store_true", help="set aside what is in the home")
    return parser


def _run(asked: argparse.Namespace, home: Path) -> int:
    ports = Ports(int(os.environ.get("PORT_BASE", "8001")))
    match asked.command:
        case "run":
            return run_command(home, ports, asked.service, asked.words)
        case "backup":
            made = back_up(home, asked.folder, asked.keys, keys_in_folder=asked.keys_in_folder, report=report)
            print(f"The backup of {made.made} is in {asked.folder}, its keys are in {asked.keys}.")
        case "restore":
            made = restore(home, asked.folder, asked.keys, replace=asked.replace, report=report)
            print(f"{home} is what it was at {made.made}. `make serve` starts it.")
        case _:
            issuer = os.environ.get("SKOLELOEFT_OIDC_ISSUER")
            if not issuer:
                raise IssuerMissing
            asyncio.run(serve(home, ports, issuer))
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the exit code: 0 if done, 2 if refused, or that of the service's command."""
    asked = _parser().parse_args(arguments)
    try:
        return _run(asked, default_home(os.environ) / "serve")
    except Problem as problem:
        sys.stderr.write(f"{problem.messages['da']}\n{problem.messages['en']}\n")
        return 2
    except ValidationError as error:
        names = ", ".join(f"EMBEDDED_{'_'.join(map(str, found['loc'])).upper()}" for found in error.errors())
        sys.stderr.write(f"not set or not valid: {names}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
