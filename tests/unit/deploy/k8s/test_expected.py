"""The table by which manifests and compose file are checked agrees with the code."""

import os

import pytest

from deploy.k8s.expected import Process, declared, processes, service_names
from libs.shared.contracts.topics import SERVICES
from libs.shared.db import __main__ as database
from libs.shared.eventlog import __main__ as event_log
from libs.shared.runtime.main import main
from tests.factories.logs import logging_as_before

PROCESSES = processes()


def test_every_service_has_an_api_a_worker_and_a_migration() -> None:
    assert service_names() == sorted(SERVICES)
    for service in service_names():
        kebab = service.replace("_", "-")
        assert {f"{kebab}-api", f"{kebab}-worker", f"{kebab}-migrate"} <= PROCESSES.keys()


def test_the_catalogs_content_is_loaded_by_a_process_of_its_own() -> None:
    command = PROCESSES["intervention-catalog-content"].command
    assert command == ("python", "-m", "services.intervention_catalog", "content", "load")


@pytest.mark.parametrize("process", PROCESSES.values(), ids=PROCESSES)
def test_a_command_is_understood_and_asks_for_the_settings_it_is_said_to_need(
    process: Process, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in list(os.environ):
        if name.startswith(("SKOLELOEFT_", *(f"{service.upper()}_" for service in service_names()))):
            monkeypatch.delenv(name)
    module, words = process.command[2], list(process.command[3:])
    if process.service is not None:
        assert module == f"services.{process.service}"
        with logging_as_before():
            code = main(declared(process.service), words)
    else:
        code = {"libs.shared.db": database.main, "libs.shared.eventlog": event_log.main}[module](words)
    asked = "".join(capsys.readouterr())
    assert code == 2
    assert "not set" in asked
    assert any(name in asked for name, needed in process.settings.items() if needed)


def test_only_migration_and_bootstrap_know_an_owners_address() -> None:
    knowing = {name for name, process in PROCESSES.items() if any("_OWNER_" in each for each in process.settings)}
    assert knowing == {"bootstrap"} | {name for name in PROCESSES if name.endswith("-migrate")}
