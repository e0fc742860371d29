"""PostgreSQL's programs from the wheel, run to their end."""

import subprocess

from deploy.embedded import binaries


class ProgramFailed(Exception):
    """The message has the program's last output and its exit code."""


def run(program: str, *arguments: str, **environment: str) -> None:
    """Run a program with ``environment``, a basic path and the C locale. Raises ``ProgramFailed``."""
    done = subprocess.run(  # noqa: S603 - programs of the wheel
        [str(binaries.wheel_bin() / program), *arguments],
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        umask=0o077,
        check=False,
    )
    if done.returncode:
        said = (done.stderr + done.stdout).strip()[-800:]
        raise ProgramFailed(f"{program} ended with code {done.returncode}: {said or '(no output)'}")
