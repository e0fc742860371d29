"""The last line of a process: JSON in operation, a sentence at a terminal, and never a value."""

import asyncio
import os
import pty
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from libs.shared.runtime.main import main
from services.intervention_catalog.wiring import SERVICE
from tests.factories.logs import events, logging_as_before
from tests.factories.processes import RING, ROOT, environment

SECRET = "postgresql://owner:hunter2@db.example.dk:5432/catalog"


def without(given: dict[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in given.items() if name not in names}


GOOD = environment("intervention_catalog", "postgresql://app:hunter2@127.0.0.1:1/catalog", 1)


@dataclass
class Starting:
    """Runs a command of the catalog in this process, with only the given environment."""

    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def __call__(self, part: str, given: dict[str, str]) -> tuple[int, str, str]:
        """Exit code, standard output and standard error."""
        for name in [name for name in os.environ if name.startswith(("SKOLELOEFT_", "INTERVENTION_", "SSL_"))]:
            self.monkeypatch.delenv(name)
        for name, value in given.items():
            self.monkeypatch.setenv(name, value)
        with logging_as_before():
            code = main(SERVICE, [part])
        return code, *self.capsys.readouterr()


@pytest.fixture
def starting(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Starting:
    return Starting(monkeypatch, capsys)


@pytest.mark.parametrize(
    ("part", "given", "code", "named"),
    [
        ("api", without(GOOD, "SKOLELOEFT_EVENT_LOG"), 2, "SKOLELOEFT_EVENT_LOG"),
        ("worker", without(GOOD, "INTERVENTION_CATALOG_DATABASE_URL"), 2, "INTERVENTION_CATALOG_DATABASE_URL"),
        ("api", without(GOOD, "SKOLELOEFT_OIDC_ISSUER"), 2, "SKOLELOEFT_OIDC_ISSUER is not set"),
        ("api", without(GOOD, "SKOLELOEFT_REQUEST_KEYS"), 2, "SKOLELOEFT_REQUEST_KEYS is not set"),
        ("api", GOOD | {"SKOLELOEFT_REQUEST_KEYS": "k1:hunter2"}, 2, "key 'k1' is not base64"),
        ("all", GOOD | {"SKOLELOEFT_EVENT_LOG": SECRET.replace("postgresql", "amqp")}, 2, "event log's address"),
        ("all", GOOD | {"SSL_CERT_FILE": "/nowhere/ca.crt"}, 2, "SSL_CERT_FILE"),
        ("api", GOOD | {"SKOLELOEFT_LOG_LEVEL": "LOUD"}, 2, "SKOLELOEFT_LOG_LEVEL"),
        ("migrate", GOOD, 2, "INTERVENTION_CATALOG_OWNER_DATABASE_URL is not set"),
        (
            "migrate",
            GOOD | {"INTERVENTION_CATALOG_OWNER_DATABASE_URL": SECRET.replace(".dk", ".invalid")},
            1,
            "gaierror",
        ),
    ],
    ids=["setting", "address", "issuer", "subjects", "ring", "log", "ca", "level", "owner", "unknown host"],
)
def test_a_process_that_cannot_start_says_why_in_one_json_line(
    starting: Starting, part: str, given: dict[str, str], code: int, named: str
) -> None:
    returned, out, err = starting(part, given)
    assert returned == code, out + err
    assert err == ""
    line = events(out)[-1]
    assert (line["level"], line["exit_code"]) == ("critical", code)
    assert line["service"] == "intervention_catalog"
    assert named in out
    for secret in ("hunter2", "example", RING, "/nowhere"):
        assert secret not in out


def test_a_port_that_is_taken_is_named_by_its_setting(starting: Starting) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        given = GOOD | {"INTERVENTION_CATALOG_PORT": str(taken.getsockname()[1])}
        returned, out, err = starting("api", given)
    assert (returned, err) == (2, "")
    line = events(out)[-1]
    assert line["level"] == "critical"
    assert "INTERVENTION_CATALOG_PORT" in line["reason"]


async def test_a_person_at_a_terminal_reads_a_sentence() -> None:
    ours, theirs = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.intervention_catalog", "api"),
        cwd=ROOT,
        env=without(GOOD, "SKOLELOEFT_OIDC_ISSUER"),
        stdout=asyncio.subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    async with asyncio.timeout(60):
        out, _ = await process.communicate()
    said = os.read(ours, 65536).decode()
    os.close(ours)
    assert process.returncode == 2
    assert said.startswith("IssuerRefused: SKOLELOEFT_OIDC_ISSUER is not set")
    assert "process.refused" not in out.decode()


PROGRAM = """
import sys, threading, warnings
from libs.shared.observability.endings import run_to_end

class Careless:
    def __del__(self):
        raise ValueError("Canary Jensen")

def fails():
    raise ValueError("Canary Jensen")

def act():
    warnings.warn("Canary Jensen", RuntimeWarning)
    thread = threading.Thread(target=fails)
    thread.start()
    thread.join()
    careless = Careless()
    del careless
    fails()

sys.exit(run_to_end("things", act))
"""


async def test_warnings_threads_and_finalisers_write_json_and_no_message(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(program)),
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        out, err = await process.communicate()
    assert (process.returncode, err) == (1, b"")
    said = [line["event"] for line in events(out.decode())]
    assert said == ["python.warning", "thread.failed", "failure.nowhere_to_raise", "process.failed"]
    assert b"Canary" not in out
