"""The packages that the check alone needs. The test packages bring them; the other commands work without them."""

from importlib import import_module
from typing import Any


class PackageMissing(Exception):
    """A package that the check needs is not installed; the text says which, and how it is installed."""


def check_package(name: str) -> Any:
    """The module of this name, untyped. Raises ``PackageMissing``."""
    try:
        return import_module(name)
    except ModuleNotFoundError as missing:
        raise PackageMissing(
            f"The check needs the Python package {(missing.name or name).partition('.')[0]}, which is not installed: "
            "install requirements/test.txt (`make lint` installs everything for development in .venv)."
        ) from missing
