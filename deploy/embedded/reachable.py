"""Python and the program's own code, in a place where users without any rights can read them.

Root may have both in a folder that is closed to others (a checkout or a Python below `/root`). The deployment never
opens such a folder. It copies what the services' users cannot read: Python and its packages once for each version, and
the program's own code at each start. Nothing is copied if they can read everything, and never for a plain user.
"""

import hashlib
import os
import shutil
import stat
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.embedded.errors import ProgramsUnreachable

ROOT = Path(__file__).parents[2]
CODE = ("libs", "services", "deploy")
"""The packages that services run with; the others are for development."""
BEING_WRITTEN = "*.pyc.*"
"""Compiled modules that Python is still writing under a temporary name."""
NOT_NEEDED = (
    BEING_WRITTEN,
    "test",
    "tests",
    "idlelib",
    "tkinter",
    "turtledemo",
    "ensurepip",
    "config-*",
    "site-packages",
)
"""The parts of the standard library that are not copied."""
PROBE = "import ssl, asyncpg, deploy.embedded.parent_watch, libs.shared, services"


@dataclass(frozen=True)
class Programs:
    """The interpreter that child processes are started with, and the variables by which it finds its libraries and
    code.

    ``fresh`` says that it was just copied and is not tried yet.
    """

    python: str = sys.executable
    environment: Mapping[str, str] = field(default_factory=dict)
    fresh: bool = False


def programs(folder: Path, *, renew: bool = True) -> Programs:
    """Python and the code for users without rights; what they cannot read is copied below ``folder``.

    ``renew`` False uses an existing copy of the code. Raises ``ProgramsUnreachable``.
    """
    base, packages = Path(sys.base_prefix), Path(sysconfig.get_path("purelib"))
    closed = [path for path in (base, packages, *(ROOT / name for name in CODE)) if not open_to_all(path)]
    if not closed:
        return Programs(environment={"PYTHONPATH": str(ROOT)})
    try:
        made = _copied(folder, packages, closed, renew=renew)
    except (OSError, shutil.Error) as failure:
        raise ProgramsUnreachable(path=closed[0], target=folder, reason=type(failure).__name__) from failure
    return made


def open_to_all(path: Path) -> bool:
    """Whether a user without rights can reach ``path`` and read it and its direct entries."""
    path = path.resolve()
    try:
        if any(not folder.stat().st_mode & stat.S_IXOTH for folder in path.parents):
            return False
        return all(_readable(each) for each in (path, *(path.iterdir() if path.is_dir() else ())))
    except OSError:
        return False


def _readable(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:  # a broken link, which is not needed
        return True
    wanted = stat.S_IROTH | stat.S_IXOTH if stat.S_ISDIR(mode) else stat.S_IROTH
    return mode & wanted == wanted


def _copied(folder: Path, packages: Path, closed: Iterable[Path], *, renew: bool) -> Programs:
    base = Path(sys.base_prefix)
    folder.mkdir(mode=0o755, exist_ok=True)
    folder.chmod(0o755)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    runtime = folder / f"python-{_stamp(base, packages)}"
    fresh = not runtime.exists()
    if fresh:
        draft = folder / "unfinished"
        shutil.rmtree(draft, ignore_errors=True)
        home = _interpreter(draft, runtime, base, version) if base in closed else base
        _environment(draft / "venv", home, packages, version, copied=packages in closed)
        draft.rename(runtime)
        _forget_others(folder, runtime)
    code = ROOT
    if any(path.is_relative_to(ROOT) and path.name in CODE for path in closed):
        code = folder / "code"
        if renew or not code.exists():
            _copy_code(folder / "code.unfinished", code)
    libraries = runtime / "base" / "lib"
    told = {"PYTHONPATH": str(code)} | ({"LD_LIBRARY_PATH": str(libraries)} if libraries.exists() else {})
    return Programs(str(runtime / "venv" / "bin" / "python"), told, fresh)


def _stamp(base: Path, packages: Path) -> str:
    """A value that changes whenever Python or a package is installed."""
    seen = hashlib.sha256(f"{base} {sys.version} {base.stat().st_mtime_ns}".encode())
    for entry in sorted(packages.iterdir()):
        if entry.suffix in {".dist-info", ".pth"}:
            seen.update(f"{entry.name} {entry.stat().st_mtime_ns}\n".encode())
    return seen.hexdigest()[:16]


def _interpreter(draft: Path, target: Path, base: Path, version: str) -> Path:
    """Copy Python without packages to ``draft``, which is later renamed to ``target``; returns its path there."""
    name = _interpreter_name()
    for place in ("bin", "lib"):
        (draft / "base" / place).mkdir(parents=True)
    _take(base / "bin" / name, draft / "base" / "bin" / name)
    for library in (base / "lib").glob("lib*.so*"):
        _take(library, draft / "base" / "lib" / library.name)
    _take_tree(base / "lib" / version, draft / "base" / "lib" / version, NOT_NEEDED)
    return target / "base"


def _environment(venv: Path, home: Path, packages: Path, version: str, *, copied: bool) -> None:
    """A virtual environment on the Python at ``home``, with ``packages`` or a copy of them."""
    own = venv / "lib" / version / "site-packages"
    for folder in (venv / "bin", own.parent):
        folder.mkdir(parents=True)
    (venv / "bin" / "python").symlink_to(home / "bin" / _interpreter_name())
    numbers = ".".join(map(str, sys.version_info[:3]))
    settings = venv / "pyvenv.cfg"
    settings.write_text(f"home = {home / 'bin'}\nversion = {numbers}\n", encoding="utf-8")
    settings.chmod(0o644)
    if copied:
        _take_tree(packages, own, (BEING_WRITTEN,))
    else:
        own.symlink_to(packages.resolve())
    for path, _, _ in os.walk(venv.parent):
        Path(path).chmod(0o755)


def _interpreter_name() -> str:
    return Path(os.path.realpath(sys.executable)).name


def _take_tree(source: Path, target: Path, without: tuple[str, ...]) -> None:
    shutil.copytree(
        source.resolve(), target, ignore=shutil.ignore_patterns(*without), copy_function=_take, dirs_exist_ok=True
    )


def _take(source: str | Path, target: str | Path) -> str:
    """Make a hard link to the file, which takes neither time nor space; make a copy where a link is impossible or
    others may not read the file.

    A copy keeps the file's modification time, because a compiled module is valid for that time alone. The user who runs
    the programs cannot write compiled modules there, so without valid ones each start would compile every module.
    """
    if os.stat(source).st_mode & stat.S_IROTH:
        try:
            os.link(os.path.realpath(source), target)
        except OSError:
            pass
        else:
            return str(target)
    shutil.copyfile(source, target)
    shutil.copystat(source, target)
    Path(target).chmod(0o755 if os.stat(source).st_mode & stat.S_IXUSR else 0o644)
    return str(target)


def _copy_code(draft: Path, target: Path) -> None:
    """Copy the code as it is now; the copy of the last start is replaced."""
    shutil.rmtree(draft, ignore_errors=True)
    for name in CODE:
        # Copied and not linked, because a checkout is edited in place.
        shutil.copytree(ROOT / name, draft / name, ignore=shutil.ignore_patterns(BEING_WRITTEN))
    for folder, _, files in os.walk(draft):
        Path(folder).chmod(0o755)
        for file in files:
            Path(folder, file).chmod(0o644)
    shutil.rmtree(target, ignore_errors=True)
    draft.rename(target)


def _forget_others(folder: Path, kept: Path) -> None:
    for other in folder.glob("python-*"):
        if other != kept:
            shutil.rmtree(other, ignore_errors=True)


def works_for(made: Programs, uid: int, gid: int, cwd: Path) -> bool:
    """Whether a user can run a service with the copy."""
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [made.python, "-c", PROBE],
        env={"PATH": os.environ.get("PATH", ""), **made.environment},
        cwd=cwd,
        user=uid,
        group=gid,
        extra_groups=[],
        capture_output=True,
        timeout=120,
        check=False,
    )
    return done.returncode == 0
