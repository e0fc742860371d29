"""Writes XML element by element, and counts nothing: memory does not grow with the file."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

from synthetic.skolegrunddata.packages import Package


class XmlWriter:
    """Writes to an open file in the package's charset."""

    def __init__(self, to: BinaryIO, package: Package) -> None:
        self._to = to
        self._package = package
        self._encoding = "utf-16-le" if package.charset == "utf-16" else package.charset
        if package.charset == "utf-16":
            to.write(b"\xff\xfe")
        self._write(f'<?xml version="1.0" encoding="{package.charset}"?>\n')

    @contextmanager
    def inside(self, name: str, attributes: Mapping[str, str] | None = None) -> Iterator[None]:
        """An element with others in it."""
        written = self._package.element(name)
        self._write(f"<{written}{_attributes(attributes)}>\n")
        yield
        self._write(f"</{written}>\n")

    def text(self, name: str, text: str, attributes: Mapping[str, str] | None = None) -> None:
        """An element with a text; nothing for an empty one."""
        if text:
            written = self._package.element(name)
            self._write(f"<{written}{_attributes(attributes)}>{escape(text)}</{written}>\n")

    def empty(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element with attributes alone."""
        self._write(f"<{self._package.element(name)}{_attributes(attributes)}/>\n")

    def _write(self, text: str) -> None:
        self._to.write(text.encode(self._encoding))


def _attributes(attributes: Mapping[str, str] | None) -> str:
    return "".join(f" {name}={quoteattr(value)}" for name, value in (attributes or {}).items())
