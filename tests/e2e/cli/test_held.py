"""A snapshot that would end much, at the command line: it is held, shown, and decided about."""

import pytest

from tests.e2e.cli.commanding import Shell

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.slow, pytest.mark.timeout(300)]

HEADER = "cpr_number;uni_login;local_id;name;institution_number;school_year;class_name;valid_from;valid_to\n"


def pupils(first: int, last: int) -> str:
    rows = range(first, last + 1)
    return HEADER + "".join(f";;H{row};Ask Prøvesen {row};309001;2022/2023;5A;2022-08-01;\n" for row in rows)


def snapshot(day: int) -> tuple[str, ...]:
    whole = ("--complete", "--institution=309001", "--school-year=2022/2023", "--source=tea")
    return (*whole, f"--source-moment=2022-10-{day:02}T06:00:00+02:00")


async def test_a_held_snapshot_is_shown_confirmed_and_rejected(shell: Shell) -> None:
    await shell.login()
    schools = shell.write("schools.csv", "institution_number;name;kind\n309001;Skolen;public\n")
    classes = shell.write(
        "classes.csv", "institution_number;school_year;name;grade;kind\n309001;2022/2023;5A;5;ordinary\n"
    )
    assert (await shell.run("send", schools, classes)).code == 0
    done = await shell.run("send", shell.write("pupils.csv", pupils(1, 20)), *snapshot(1))
    assert done.code == 0, done.out + done.err
    assert "0 of 0 pupils are there no longer" in done.out

    file = shell.write("pupils.csv", pupils(7, 20))
    done = await shell.run("send", file, *snapshot(2))
    assert done.code == 1, done.out + done.err
    assert "6 of 20 pupils would be gone" in done.out
    (held,) = (await shell.run("held", "--json")).json["held"]
    assert f'"skoleloeft confirm {held["id"]}"' in done.out
    shown = await shell.run("held", held["id"])
    assert [line.split() for line in shown.out.splitlines() if line.startswith("5A")] == [
        ["5A", "0", "6", "0", "0", "0"]
    ]
    document = (await shell.run("held", held["id"], "--json")).json
    assert len([each for each in document["pupils"] if each["change"] == "left"]) == 6
    assert "Prøvesen" not in str(document)
    assert held["id"] in (await shell.run("held")).out

    done = await shell.run("reject", held["id"])
    assert (done.code, "rejected as a whole" in done.out) == (0, True), done.out + done.err
    assert (await shell.run("confirm", held["id"])).code == 1
    done = await shell.run("send", file, *snapshot(3))
    (held,) = (await shell.run("held", "--json")).json["held"]
    done = await shell.run("confirm", held["id"])
    assert (done.code, "6 periods were closed" in done.out) == (0, True), done.out + done.err
    assert (await shell.run("held")).out.strip() == "None."
    done = await shell.run("send", file, *snapshot(3), "--key", "another")
    assert (done.code, "snapshot.older" in done.err) == (1, True)
    flow = await (await shell.platform.caller("ops")).get("registration", "/v1/operations/flow")
    assert flow["files"].get("held", 0) == 0
