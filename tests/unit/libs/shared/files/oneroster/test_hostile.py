"""Zips that are made to harm, or were harmed: each is refused with its own code, and without being unpacked first."""

import io
import struct
import tracemalloc
import zipfile
import zlib

import pytest

from libs.shared.files.oneroster import limits
from tests.unit.libs.shared.files.oneroster.zips import FILES, bulk, manifest, refusal, zipped

WHOLE = {"manifest.csv": manifest(), **FILES}
GOOD = bulk()


def with_member(name: str, content: bytes = b"x", mode: int = 0, system: int = 3) -> bytes:
    to = io.BytesIO(GOOD)
    with zipfile.ZipFile(to, "a", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo("placeholder")
        info.filename, info.create_system, info.external_attr = name, system, mode << 16
        archive.writestr(info, content)
    return to.getvalue()


def patched(data: bytes, old: bytes, new: bytes, *, last: bool = False) -> bytes:
    place = data.rfind(old) if last else data.find(old)
    assert place >= 0
    return data[:place] + new + data[place + len(old) :]


def field(data: bytes, offset: int, form: str, value: int, *, entry: bool = True) -> bytes:
    """A field of the first entry of the directory, or of the first member's own header, replaced."""
    place = data.find(b"PK\1\2" if entry else b"PK\3\4") + offset
    packed = struct.pack(form, value)
    return data[:place] + packed + data[place + len(packed) :]


def end_field(offset: int, form: str, value: int) -> bytes:
    place = GOOD.rfind(b"PK\5\6") + offset
    packed = struct.pack(form, value)
    return GOOD[:place] + packed + GOOD[place + len(packed) :]


def bomb() -> bytes:
    """One member that says how large it is."""
    to = io.BytesIO(GOOD)
    with zipfile.ZipFile(to, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("demographics.csv", b"sourcedId\n" + b"\n" * (16 * 1024 * 1024))
    return to.getvalue()


def lying_bomb() -> bytes:
    """A member that unpacks to a thousand times what it says."""
    body = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = body.compress(b"\n" * (16 * 1024 * 1024)) + body.flush()
    name = b"orgs.csv"
    said = (0, len(packed), 1000)
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 33, *said, len(name), 0) + name + packed
    entry = struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 8, 0, 33, *said, len(name), 0, 0, 0, 0, 0, 0) + name
    files = {"manifest.csv": manifest(["orgs.csv"], "delta")}
    head = zipped(files)
    cut = head.find(b"PK\1\2")
    directory = head[cut : head.rfind(b"PK\5\6")]
    entry = entry[:42] + struct.pack("<L", cut) + entry[46:]
    data = head[:cut] + local
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 2, 2, len(directory) + len(entry), len(data), 0)
    return data + directory + entry + end


def overlapping() -> bytes:
    """Two entries of the directory for one member."""
    cut = GOOD.find(b"PK\1\2")
    name_size = struct.unpack_from("<H", GOOD, cut + 28)[0]
    first = GOOD[cut : cut + 46 + name_size]
    end = GOOD.rfind(b"PK\5\6")
    values = list(struct.unpack_from("<4s4H2LH", GOOD, end))
    values[3] += 1
    values[4] += 1
    values[5] += len(first)
    return GOOD[:end] + first + struct.pack("<4s4H2LH", *values)


CASES: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "file.empty"),
    "no zip": (b"sourcedId;name\n1;2\n", "zip.invalid"),
    "an empty zip": (zipped({}), "oneroster.manifest_missing"),
    "a broken end": (GOOD[:-40], "zip.truncated"),
    "half of it": (GOOD[: len(GOOD) // 2], "zip.truncated"),
    "something after it": (GOOD + b"x", "zip.truncated"),
    "something before it": (b"x" + GOOD, "zip.invalid"),
    "a folder in a name": (with_member("skole/users.csv"), "zip.path_in_name"),
    "a way up": (with_member("../users.csv"), "zip.path_in_name"),
    "a way up, in Windows": (with_member("..\\users.csv"), "zip.path_in_name"),
    "a way up below macOS' folder": (with_member("__MACOSX/../../x"), "zip.path_in_name"),
    "a folder": (with_member("skole/", b""), "zip.path_in_name"),
    "an absolute name": (with_member("/etc/users.csv"), "zip.absolute_name"),
    "a drive": (with_member("C:users.csv"), "zip.absolute_name"),
    "a share": (with_member("\\\\host\\users.csv"), "zip.absolute_name"),
    "a name with a control character": (with_member("user\x01s.csv"), "zip.name"),
    "a name that turns the text": (with_member("users\u202evsc.csv"), "zip.name"),
    "a symbolic link": (with_member("demographics.csv", b"/etc/passwd", 0o120777), "zip.link"),
    "a device": (with_member("demographics.csv", b"", 0o020666), "zip.link"),
    "a name twice": (with_member("users.csv"), "zip.repeated_name"),
    "a name twice, in another case": (with_member("Users.csv"), "zip.repeated_name"),
    "a zip in the zip": (with_member("mere.zip", GOOD), "zip.nested"),
    "a zip with another name": (bulk(users=GOOD), "zip.nested"),
    "gzip inside": (bulk(orgs=b"\x1f\x8b\x08\x00"), "zip.nested"),
    "a password": (field(GOOD, 8, "<H", 1), "zip.encrypted"),
    "a password in the member's own header": (field(GOOD, 6, "<H", 1, entry=False), "zip.encrypted"),
    "another method": (field(GOOD, 10, "<H", 12), "zip.method"),
    "another method in its own header": (field(GOOD, 8, "<H", 0, entry=False), "zip.contradiction"),
    "another checksum in its own header": (field(GOOD, 14, "<L", 1, entry=False), "zip.contradiction"),
    "another size in its own header": (field(GOOD, 22, "<L", 1, entry=False), "zip.contradiction"),
    "another name in its own header": (patched(GOOD, b"manifest.csv", b"Manifest.csv"), "zip.contradiction"),
    "a member that is not there": (field(GOOD, 42, "<L", 5), "zip.contradiction"),
    "a member beyond the end": (field(GOOD, 42, "<L", 10**9), "zip.contradiction"),
    "a longer name": (field(GOOD, 28, "<H", 60_000), "zip.contradiction"),
    "one entry too few": (end_field(10, "<H", 3), "zip.parts"),
    "several disks": (end_field(4, "<H", 1), "zip.parts"),
    "Zip64": (end_field(16, "<L", 0xFFFFFFFF), "zip.parts"),
    "Zip64 of a member": (field(GOOD, 24, "<L", 0xFFFFFFFF), "zip.parts"),
    "a larger directory": (end_field(12, "<L", 10**6), "zip.too_many_members"),
    "a directory elsewhere": (end_field(16, "<L", 3), "zip.invalid"),
    "one member twice": (overlapping(), "zip.contradiction"),
    "a bomb": (bomb(), "zip.ratio"),
    "a bomb that lies": (lying_bomb(), "zip.contradiction"),
    "many members": (zipped({f"{n}.csv": "" for n in range(101)}), "zip.too_many_members"),
    "many long names": (zipped({f"{n}{'x' * 240}": "" for n in range(99)}), "oneroster.manifest_missing"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_zip_that_is_not_what_it_says_is_refused_with_its_own_code(case: str) -> None:
    data, code = CASES[case]
    assert refusal(data) == code


def test_every_place_that_is_damaged_is_found_or_harmless() -> None:
    """No byte of the packed files can be changed without a refusal."""
    data = GOOD[: GOOD.find(b"PK\1\2")]
    changed = 0
    for place in range(data.find(b"manifest.csv") + 12, len(data), 23):
        harmed = GOOD[:place] + bytes([GOOD[place] ^ 0x55]) + GOOD[place + 1 :]
        found = refusal(harmed)
        changed += found != ""
        # The stamps and versions of members' own headers say nothing that is read.
        assert found.startswith(("zip.", "oneroster.")) or _in_header(place)
    assert changed > len(data) // 40


def _in_header(place: int) -> bool:
    start = GOOD.rfind(b"PK\3\4", 0, place + 1)
    return place - start < 30


def test_what_macos_adds_is_let_pass() -> None:
    assert refusal(with_member("__MACOSX/._users.csv")) == ""
    assert refusal(with_member(".DS_Store")) == ""


def test_sizes_that_come_after_the_members_are_read() -> None:
    to = io.BytesIO()

    class Stream:
        """It can be written to, and no more."""

        def write(self, data: bytes) -> int:
            return to.write(data)

        def flush(self) -> None:
            pass

    with zipfile.ZipFile(Stream(), "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        for name, text in WHOLE.items():
            archive.writestr(zipfile.ZipInfo(name, (2022, 11, 10, 17, 0, 0)), text)
    assert refusal(to.getvalue()) == ""


def test_a_large_zip_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("libs.shared.files.oneroster.archive.directory.ZIP_BYTES", 100)
    assert refusal(GOOD) == "zip.too_large"
    monkeypatch.undo()
    monkeypatch.setattr("libs.shared.files.oneroster.archive.directory.FILE_BYTES", 100)
    assert refusal(GOOD) == "zip.too_large"


def test_bombs_cost_no_memory() -> None:
    bombs = [CASES[name][0] for name in ("a bomb", "a bomb that lies")]
    tracemalloc.start()
    for each in bombs:
        refusal(each)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 8 * limits.MEBIBYTE
