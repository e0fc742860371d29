"""A streaming XML parser with limits: expat, without document types, entities of a file's own or anything fetched.

A document type is refused before it is read, so there is nothing to expand (billion laughs, quadratic blow-up) and
nothing to fetch (external entities). No tree is built: memory is one block, one token and the texts that are wanted.
"""

import codecs
from collections.abc import Mapping
from enum import Enum
from typing import Any, Protocol
from xml.parsers import expat

from libs.shared.files.problems import FileEmpty
from libs.shared.files.skolegrunddata.limits import (
    BLOCK_BYTES,
    MOST_DEPTH,
    MOST_NAMES,
    TOKEN_BYTES,
    VALUE_CHARACTERS,
)
from libs.shared.files.skolegrunddata.problems import (
    XmlCharset,
    XmlDoctype,
    XmlEncoding,
    XmlInvalid,
    XmlTokenTooLong,
    XmlTooDeep,
    XmlTooManyNames,
    XmlTruncated,
    XmlValueTooLong,
)

ENCODINGS = frozenset({"utf-8", "utf-16", "iso-8859-1", "us-ascii", "windows-1252"})
"""Encodings of XML declarations that are read. Without a declaration a file is UTF-8, or UTF-16 by its mark."""
_ACCEPTED = "UTF-8, UTF-16, ISO-8859-1, windows-1252"
_SPACE = " "
_UNDEFINED_ENTITY = expat.errors.codes[expat.errors.XML_ERROR_UNDEFINED_ENTITY]
_BYTES_CODES = frozenset(
    expat.errors.codes[each] for each in (expat.errors.XML_ERROR_INVALID_TOKEN, expat.errors.XML_ERROR_PARTIAL_CHAR)
)
_WRONG_ENCODING = expat.errors.codes[expat.errors.XML_ERROR_INCORRECT_ENCODING]
_UNFINISHED_CODES = frozenset(
    expat.errors.codes[each]
    for each in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
    )
)
_ONE_BYTE = frozenset({"iso-8859-1", "windows-1252"})
_CONTINUING = bytes(range(0x80, 0xC0))


class Take(Enum):
    """What a listener wants of an element that starts."""

    CHILDREN = "children"
    TEXT = "text"
    """Its text, without what stands in elements inside it."""
    NOTHING = "nothing"
    """Neither its text nor its elements, and not to be told of its end."""


_NOTHING, _TEXT = Take.NOTHING, Take.TEXT
"""Names for the path of every element: a member of an enumeration takes longer to find."""


class Listener(Protocol):
    """Hears of elements by their local names. What it raises ends the reading."""

    def start_element(self, name: str, attributes: Mapping[str, str]) -> Take:
        """An element starts."""

    def end_element(self, text: str) -> None:
        """An element that was not left out ends; ``text`` is empty unless it was wanted."""


class SafeXml:
    """Tells a listener of the elements of a file that is fed piece by piece. Raises the problems named ``Xml…``."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._names: dict[str, str] = {}
        """Local names by the names that the parser gives."""
        self._waiting = bytearray()
        self._block = b""
        self._fed = 0
        self._depth = 0
        self._ignored = 0
        self._text: list[str] = []
        self._text_length = 0
        self._text_depth = 0
        self._encoding = "utf-8"
        parser = expat.ParserCreate(namespace_separator=_SPACE)
        if hasattr(parser, "SetReparseDeferralEnabled"):
            parser.SetReparseDeferralEnabled(False)  # tokens are limited here, and a deferred one would look too long
        parser.buffer_text = True
        parser.XmlDeclHandler = self._declared
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartNamespaceDeclHandler = self._namespace
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        self._parser = parser

    @property
    def line(self) -> int:
        """The line of the file that is being read; 1 is the first."""
        return self._parser.CurrentLineNumber

    def feed(self, data: bytes) -> None:
        """Read the next piece of the file, of any size."""
        self._waiting += data
        whole = len(self._waiting) - len(self._waiting) % BLOCK_BYTES
        blocks, self._waiting = bytes(self._waiting[:whole]), self._waiting[whole:]
        for start in range(0, whole, BLOCK_BYTES):
            self._parse(blocks[start : start + BLOCK_BYTES])

    def end(self) -> None:
        """The file has ended. Raises ``FileEmpty`` for one without any bytes, and ``XmlTruncated``."""
        rest, self._waiting = bytes(self._waiting), bytearray()
        if not self._fed and not rest.strip():
            raise FileEmpty
        if rest:
            self._parse(rest)
        try:
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise self._ended_early(error) from None

    def _parse(self, block: bytes) -> None:
        self._block = block
        self._fed += len(block)
        try:
            self._parser.Parse(block, False)
        except expat.ExpatError as error:
            raise self._refusal(error) from None
        if self._fed - self._parser.CurrentByteIndex > TOKEN_BYTES:
            raise XmlTokenTooLong(limit=TOKEN_BYTES, line=self.line)

    def _refusal(self, error: expat.ExpatError) -> Exception:
        if error.code == _UNDEFINED_ENTITY:
            return XmlDoctype()
        if error.code == _WRONG_ENCODING or (error.code in _BYTES_CODES and not self._decodes()):
            return XmlEncoding(line=error.lineno)
        return XmlInvalid(line=error.lineno)

    def _ended_early(self, error: expat.ExpatError) -> Exception:
        if self._depth or error.code in _UNFINISHED_CODES:
            return XmlTruncated(line=error.lineno)
        return self._refusal(error)

    def _decodes(self) -> bool:
        """Whether the block is text of the encoding, from the place of the error on."""
        if self._encoding == "utf-16":
            return True
        start = self._parser.ErrorByteIndex - (self._fed - len(self._block))
        # A token that began in an earlier block: this one may begin inside a character.
        rest = self._block[start:] if start >= 0 else self._block.lstrip(_CONTINUING)
        try:
            codecs.getincrementaldecoder(self._encoding)().decode(rest)
        except UnicodeDecodeError:
            return False
        return True

    def _require_encoded(self, text: str) -> None:
        """Refuse UTF-8 that is declared as a one-byte set, in which each of its bytes is a character."""
        if self._encoding in _ONE_BYTE and not text.isascii():
            try:
                text.encode(self._encoding).decode("utf-8")
            except UnicodeError:
                return
            raise XmlEncoding(line=self.line)

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is None:
            return
        name = encoding.lower()
        if name not in ENCODINGS:
            raise XmlCharset(accepted=_ACCEPTED)
        self._encoding = name

    def _doctype(self, *_: Any) -> None:
        raise XmlDoctype

    def _namespace(self, prefix: str | None, _uri: str) -> None:
        self._local(f"xmlns {prefix}")

    def _local(self, name: str) -> str:
        """The local name of an element or attribute, kept for the next one. Raises ``XmlTooManyNames``."""
        local = self._names.get(name)
        if local is None:
            local = self._names[name] = name.rpartition(_SPACE)[2]
            if len(self._names) > MOST_NAMES:
                raise XmlTooManyNames(limit=MOST_NAMES)
        return local

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise XmlTooDeep(limit=MOST_DEPTH, line=self.line)
        local = self._names.get(name) or self._local(name)
        if attributes:
            attributes = {self._local(each): value for each, value in attributes.items()}
            if self._encoding in _ONE_BYTE:
                self._require_encoded("".join(attributes.values()))
        if self._ignored:
            return
        if self._text_depth:
            self._ignored = self._depth
            self._parser.CharacterDataHandler = None
            return
        take = self._listener.start_element(local, attributes)
        if take is _NOTHING:
            self._ignored = self._depth
        elif take is _TEXT:
            self._text_depth = self._depth
            self._text.clear()
            self._text_length = 0
            self._parser.CharacterDataHandler = self._characters

    def _characters(self, text: str) -> None:
        self._text_length += len(text)
        if self._text_length > VALUE_CHARACTERS:
            raise XmlValueTooLong(limit=VALUE_CHARACTERS, line=self.line)
        self._text.append(text)

    def _end(self, _name: str) -> None:
        depth, self._depth = self._depth, self._depth - 1
        if self._ignored:
            if depth == self._ignored:
                self._ignored = 0
                if self._text_depth:
                    self._parser.CharacterDataHandler = self._characters
            return
        text = ""
        if depth == self._text_depth:
            text = "".join(self._text).strip()
            if not text.isascii():
                self._require_encoded(text)
            self._text_depth = 0
            self._parser.CharacterDataHandler = None
        self._listener.end_element(text)
