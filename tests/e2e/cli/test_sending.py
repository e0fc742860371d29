"""Logging in, sending files and reading their results. CPR numbers have the replacement form and belong to nobody."""

import gzip
import json
import os
import stat
import time

import pytest

from tests.e2e.cli.commanding import Shell
from tests.e2e.cli.interposed import interposed

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.slow, pytest.mark.timeout(180)]

SCHOOLS = "institution_number;name;kind\n"
ABSENCE = "pupil;date;category;days\n"


async def test_a_login_a_file_with_a_refused_row_and_its_correction(shell: Shell) -> None:
    done = await shell.login()
    assert done.code == 0, done.err
    assert "registration: 10 kinds of file can be sent." in done.out
    assert stat.S_IMODE(shell.login_file.stat().st_mode) == 0o600
    file = shell.write("schools.csv", SCHOOLS + "301001;Søndre Skole;public\n301002;Nordre Skole;no such kind\n")
    done = await shell.run("send", file)
    assert done.code == 1, done.err
    line = next(line for line in done.out.splitlines() if line.startswith("schools.csv "))
    assert line.split()[:7] == ["schools.csv", "schools", "2", "1", "0", "0", "1"]
    (saved,) = shell.folder.glob("schools.refused-*.csv")
    assert f"1 refused rows are saved in {saved.name}" in done.out
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    assert "301002;Nordre Skole;no such kind" in saved.read_text(encoding="utf-8-sig")
    corrected = saved.read_text(encoding="utf-8-sig").replace("no such kind", "public")
    saved.write_text(corrected, encoding="utf-8")
    again = await shell.run("send", saved.name)
    assert again.code == 0, again.out + again.err
    repeated = await shell.run("send", file, "--json")
    assert repeated.code == 1
    assert saved.read_text(encoding="utf-8") == corrected, "a file that somebody corrects is not written over"


async def test_the_same_file_is_taken_once_and_a_new_export_of_it_again(shell: Shell) -> None:
    await shell.login()
    file = shell.write("schools.csv", SCHOOLS + "302001;Skolen;public\n")
    first, second = [(await shell.run("send", file, "--json")).json["files"][0] for _ in range(2)]
    assert first["receipt"]["id"] == second["receipt"]["id"]
    assert (first["exit_code"], first["receipt"]["accepted"], first["error"]) == (0, 1, None)
    os.utime(shell.folder / file, (time.time() + 5, time.time() + 5))
    exported = (await shell.run("send", file, "--json")).json["files"][0]["receipt"]
    assert exported["id"] != first["receipt"]["id"]
    assert exported["unchanged"] == 1


async def test_a_packed_file_and_ndjson_are_told_by_what_they_are(shell: Shell) -> None:
    await shell.login()
    packed = shell.write("skoler.csv.gz", gzip.compress((SCHOOLS + "303001;Skolen;public\n").encode()))
    rows = [{"pupil": f"610112000{digit}", "date": "2022-09-05", "category": "illness", "days": 1} for digit in (1, 2)]
    lines = shell.write("fravaer.ndjson", "".join(f"{json.dumps(row)}\n" for row in rows))
    done = await shell.run("send", packed, lines, "--json")
    assert done.code == 0, done.out + done.err
    schools, absence = (each["receipt"] for each in done.json["files"])
    assert (schools["kind"], schools["accepted"]) == ("schools", 1)
    assert (absence["kind"], absence["parked"]) == ("absence", 2)
    listed = await shell.run("receipts", "--json")
    assert {schools["id"], absence["id"]} <= {each["id"] for each in listed.json["receipts"]}
    one = await shell.run("receipts", absence["id"])
    assert (one.code, one.out.splitlines()[1].split()[:2]) == (0, [absence["id"], "absence"])
    waiting = (await shell.run("parked", "--json")).json["parked"]
    assert [(each["row"], each["reason"]) for each in waiting if each["receipt"] == absence["id"]] == [
        (1, "unknown_pupil"),
        (2, "unknown_pupil"),
    ]
    assert "its pupil to be sent" in (await shell.run("parked", absence["id"])).out
    assert "610112000" not in str(waiting)


async def test_a_connection_that_is_lost_in_the_middle_of_an_upload_gives_one_receipt(shell: Shell) -> None:
    days = [f"2022-{month:02}-{day:02}" for month in (9, 10) for day in range(1, 29)]
    rows = [f"62011240{pupil:02};{day};illness;1\n" for pupil in range(100) for day in days]
    file = shell.write("absence.csv", ABSENCE + "".join(rows))
    size = (shell.folder / file).stat().st_size
    async with interposed(shell.ports.of("absence_ingest"), cut_after=size // 2) as network:
        await shell.login(absence_ingest=network.address)
        done = await shell.run("send", file, "--json", "--no-refused")
        listed = (await shell.run("receipts", "--json", "--most", "100")).json["receipts"]
    assert network.cuts == 1
    assert len(network.uploads) == 2
    keys = {
        line for head in network.uploads for line in head.lower().splitlines() if line.startswith("idempotency-key")
    }
    assert len(keys) == 1
    receipt = done.json["files"][0]["receipt"]
    assert (receipt["rows"], receipt["parked"]) == (len(rows), len(rows))
    assert [each["id"] for each in listed if each["rows"] == len(rows)] == [receipt["id"]]


async def test_too_many_requests_are_waited_out(shell: Shell) -> None:
    file = shell.write("schools.csv", SCHOOLS + "304001;Skolen;public\n")
    async with interposed(shell.ports.of("registration"), too_many=2) as network:
        await shell.login(registration=network.address)
        began = time.monotonic()
        done = await shell.run("send", file)
    assert done.code == 0, done.err
    assert time.monotonic() - began >= 2, "two answers of 429, each with Retry-After: 1"
    assert len(network.uploads) == 3


async def test_a_token_is_renewed_when_it_expires_and_when_it_is_refused(shell: Shell) -> None:
    done = await shell.login("--parameter=ttl=20")
    assert done.code == 0, done.err
    file = shell.write("schools.csv", SCHOOLS + "305001;Skolen;public\n")
    kept = json.loads(shell.login_file.read_text())
    assert (await shell.run("send", file)).code == 0
    renewed = json.loads(shell.login_file.read_text())
    assert renewed["token"]["value"] != kept["token"]["value"], "less than 30 seconds were left"
    renewed["token"] = {"value": "no token at all", "expires_at": time.time() + 3600}
    shell.login_file.write_text(json.dumps(renewed))
    assert (await shell.run("send", file)).code == 0
    assert json.loads(shell.login_file.read_text())["token"]["value"] != "no token at all"


async def test_without_the_secret_a_login_ends_with_its_token(shell: Shell) -> None:
    await shell.login("--no-keep-secret")
    assert json.loads(shell.login_file.read_text())["secret"] is None
    assert (await shell.run("receipts", SKOLELOEFT_CLIENT_SECRET="")).code == 0
    login = json.loads(shell.login_file.read_text())
    login["token"]["expires_at"] = time.time()
    shell.login_file.write_text(json.dumps(login))
    done = await shell.run("receipts", SKOLELOEFT_CLIENT_SECRET="")
    assert (done.code, "login.secret_missing" in done.err) == (4, True)
    assert (await shell.run("receipts")).code == 0


async def test_what_is_refused_is_told_with_its_code_and_an_exit_code(shell: Shell) -> None:
    assert (await shell.run("send", "schools.csv")).code == 4, "not logged in"
    await shell.login()
    cases = {
        ("send", "nothing.csv"): (2, "file.unreadable"),
        ("send", shell.write("empty.csv", "")): (2, "file.empty"),
        ("send", shell.write("other.csv", "a;b\n1;2\n")): (2, "file.kind_not_recognised"),
        ("send", "other.csv", "--kind", "nothing"): (2, "kind.unknown"),
        ("send", "other.csv", "--kind", "schools"): (1, "column.unknown"),
        ("send", shell.write("s.csv", SCHOOLS + "306001;S;public\n"), "--municipality", "147"): (4, "not_found"),
        ("receipts", "5f0c1f0e-6b0e-4b52-9d3a-0d6f1c1a7a10"): (4, "receipt.unknown"),
        ("receipts", "no id"): (4, "receipt.unknown"),
    }
    for arguments, (code, said) in cases.items():
        done = await shell.run(*arguments)
        assert (done.code, said in done.err) == (code, True), (arguments, done)
        assert "Traceback" not in done.err
    assert (await shell.login(registration="http://127.0.0.1:1")).code == 3
    os.chmod(shell.login_file, 0o644)
    done = await shell.run("receipts")
    assert (done.code, "login.readable_by_others" in done.err) == (4, True)


async def test_a_file_is_checked_by_the_platform_without_being_written(shell: Shell) -> None:
    await shell.login()
    file = shell.write("schools.csv", SCHOOLS + "307001;Skolen;public\n")
    first = (await shell.run("send", file, "--validate", "--json")).json["files"][0]["receipt"]
    assert (first["accepted"], first["written"]) == (1, False)
    second = (await shell.run("send", file, "--json")).json["files"][0]["receipt"]
    assert (second["accepted"], second["written"]) == (1, True)
    wrong = shell.write("more.csv", SCHOOLS + "307002;Skolen;public\n307003;Skolen;none\n")
    whole = await shell.run("send", wrong, "--whole", "--json")
    assert (whole.code, whole.json["files"][0]["receipt"]["state"]) == (1, "rejected")
