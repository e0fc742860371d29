"""The bundle: a zip whose bytes follow from its files alone."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping

_MOMENT = (1980, 1, 1, 0, 0, 0)
FORMAT = 1


def manifest(product: str, school_year: str, files: Mapping[str, bytes]) -> bytes:
    """Size and SHA-256 of each file, so that a receiver can check what arrived."""
    listed = [
        {"name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in sorted(files.items())
    ]
    made = {"format": FORMAT, "product": product, "school_year": school_year, "files": listed}
    return json.dumps(made, ensure_ascii=False, indent=2).encode("utf-8")


def archive(files: Mapping[str, bytes]) -> bytes:
    """The files by name, without a clock and uncompressed: another version of zlib must not change the bytes."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as bundle:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            bundle.writestr(entry, content)
    return sink.getvalue()
