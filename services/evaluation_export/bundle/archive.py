"""The bundle: a zip whose bytes depend only on its files, with a manifest of them."""

import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping
from typing import IO, Any

import msgspec

MANIFEST = "manifest.json"
FORMAT = 1
PIECE_BYTES = 1024 * 1024
_MOMENT = (1980, 1, 1, 0, 0, 0)
_LOCAL_HEADER_BYTES = 30


class BundleFile(msgspec.Struct, frozen=True):
    """A file of a bundle. ``sha256`` is in hex; ``offset`` is the byte of the bundle at which the content begins."""

    name: str
    bytes: int
    sha256: str
    offset: int


class Sealed(msgspec.Struct, frozen=True):
    """The description of a finished bundle: its size, its SHA-256 in hex, and its files by name."""

    bytes: int
    sha256: str
    files: tuple[BundleFile, ...]


def seal(product: str, parameters: Mapping[str, Any], files: Mapping[str, bytes], target: IO[bytes]) -> Sealed:
    """Write the files and their manifest into ``target``, which is empty and allows reading and seeking.

    The zip has no times in it and is not compressed, so that another version of zlib does not change its bytes and a
    file is a range of the bundle. Each content is hashed once, and the whole bundle once.
    """
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
    manifest = _manifest(product, parameters, files, hashes)
    hashes[MANIFEST] = hashlib.sha256(manifest).hexdigest()
    contents = {**files, MANIFEST: manifest}
    listed = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as bundle:
        for name, content in sorted(contents.items()):
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            bundle.writestr(entry, content)
            listed.append(BundleFile(name, len(content), hashes[name], target.tell() - len(content)))
    whole = hashlib.sha256()
    for piece in pieces(target):
        whole.update(piece)
    return Sealed(target.tell(), whole.hexdigest(), tuple(listed))


def pieces(source: IO[bytes]) -> Iterator[bytes]:
    """The whole content of ``source`` from its start, at most ``PIECE_BYTES`` at a time."""
    source.seek(0)
    while piece := source.read(PIECE_BYTES):
        yield piece


def content_offsets(bundle: IO[bytes]) -> dict[str, int]:
    """The byte at which the content of each file begins, read from a bundle that holds its files uncompressed."""
    found = {}
    with zipfile.ZipFile(bundle) as archive:
        for entry in archive.infolist():
            bundle.seek(entry.header_offset)
            header = bundle.read(_LOCAL_HEADER_BYTES)
            lengths = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
            found[entry.filename] = entry.header_offset + _LOCAL_HEADER_BYTES + lengths
    return found


def _manifest(
    product: str, parameters: Mapping[str, Any], files: Mapping[str, bytes], hashes: Mapping[str, str]
) -> bytes:
    """What was ordered, and size and SHA-256 of each file, so that a receiver can check what arrived."""
    listed = [{"name": name, "bytes": len(files[name]), "sha256": hashes[name]} for name in sorted(files)]
    made = {"format": FORMAT, "product": product, **parameters, "files": listed}
    return json.dumps(made, ensure_ascii=False, indent=2).encode("utf-8")
