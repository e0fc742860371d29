"""The bundle's bytes depend only on its files, and each file is a range of them."""

import hashlib
import io
import json
import zipfile

from services.evaluation_export.bundle.archive import PIECE_BYTES, content_offsets, pieces, seal

FILES = {"data/æøå.csv": b"a,b\r\n1,2\r\n", "README.da.md": b"", "large.bin": bytes(range(256)) * (PIECE_BYTES // 100)}


def test_each_file_is_the_range_that_is_told_and_has_the_hash_that_is_told() -> None:
    target = io.BytesIO()
    sealed = seal("aggregate", {"school_year": "2022/2023"}, FILES, target)
    bundle = target.getvalue()
    assert (sealed.bytes, sealed.sha256) == (len(bundle), hashlib.sha256(bundle).hexdigest())
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        assert archive.testzip() is None
        assert [one.name for one in sealed.files] == archive.namelist() == sorted([*FILES, "manifest.json"])
        for one in sealed.files:
            content = archive.read(one.name)
            assert bundle[one.offset : one.offset + one.bytes] == content
            assert one.sha256 == hashlib.sha256(content).hexdigest()
        listed = json.loads(archive.read("manifest.json"))
    assert (listed["product"], listed["school_year"]) == ("aggregate", "2022/2023")
    told = [{"name": one.name, "bytes": one.bytes, "sha256": one.sha256} for one in sealed.files]
    assert listed["files"] == [one for one in told if one["name"] != "manifest.json"]


def test_the_order_of_the_files_changes_nothing() -> None:
    one, other = io.BytesIO(), io.BytesIO()
    first = seal("aggregate", {"school_year": "2022/2023"}, FILES, one)
    second = seal("aggregate", {"school_year": "2022/2023"}, dict(reversed(FILES.items())), other)
    assert (first, one.getvalue()) == (second, other.getvalue())


def test_where_a_file_begins_can_be_read_from_the_bundle_itself() -> None:
    target = io.BytesIO()
    sealed = seal("aggregate", {"school_year": "2022/2023"}, FILES, target)
    assert content_offsets(target) == {one.name: one.offset for one in sealed.files}


def test_pieces_are_the_whole_in_order_and_none_is_larger_than_agreed() -> None:
    whole = bytes(range(251)) * (PIECE_BYTES // 100)
    found = list(pieces(io.BytesIO(whole)))
    assert b"".join(found) == whole
    assert {len(piece) for piece in found[:-1]} == {PIECE_BYTES}
