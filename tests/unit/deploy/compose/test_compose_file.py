"""docker-compose.yml provides the settings that the services read, by the same table as the Kubernetes base."""

from itertools import count
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.compose.secret_files import secret_files
from deploy.embedded.keys import Keys
from deploy.k8s.expected import SECRETS_DIR, Process, processes
from libs.shared.contracts.topics import SERVICES as NAMES

ROOT = Path(__file__).parents[4]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
PROCESSES = processes()
each_process = pytest.mark.parametrize("process", PROCESSES.values(), ids=PROCESSES)
each_of_ours = pytest.mark.parametrize("name", [*PROCESSES, "issuer"])


def secrets_of(name: str) -> set[str]:
    return set(SERVICES[name].get("secrets", ()))


@each_process
def test_a_process_runs_the_command_that_kubernetes_runs(process: Process) -> None:
    assert tuple(SERVICES[process.name]["command"]) == process.command


def test_nothing_else_runs_than_the_processes_the_two_servers_and_the_issuer() -> None:
    assert SERVICES.keys() == PROCESSES.keys() | {"postgres", "kafka", "issuer"}


@each_process
def test_a_process_is_told_all_it_needs_and_nothing_it_does_not_read(process: Process) -> None:
    variables = SERVICES[process.name].get("environment", {}).keys() - {SECRETS_DIR}
    files = {name.upper() for name in secrets_of(process.name)}
    needed = {name for name, wanted in process.settings.items() if wanted}
    # Migrations share their service's settings with API and worker; settings that they do not read are not secret.
    unread = {name for name in variables - process.settings.keys() if not name.startswith("SKOLELOEFT_")}
    assert (unread, files - process.settings.keys(), needed - variables - files) == (set(), set(), set())


@each_of_ours
def test_a_container_is_confined(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "user" not in service, "the image's own number is the user"
    assert not service.get("volumes")


@each_of_ours
def test_what_runs_on_has_a_health_check_and_comes_back(name: str) -> None:
    serves = name == "issuer" or PROCESSES[name].serves
    assert ("healthcheck" in SERVICES[name]) == serves
    assert SERVICES[name].get("restart", "no") == ("unless-stopped" if serves else "no")


@each_process
def test_a_health_check_asks_the_port_of_its_own_part(process: Process) -> None:
    if not process.serves:
        return
    service, prefix = SERVICES[process.name], str(process.service).upper()
    port = service["environment"][f"{prefix}_PORT" if process.component == "api" else f"{prefix}_WORKER_PORT"]
    assert f"127.0.0.1:{port}/health/ready" in service["healthcheck"]["test"][-1]
    assert service["environment"][f"{prefix}_HOST"] == "0.0.0.0"  # noqa: S104 - within a container of its own


def test_each_step_that_ends_is_waited_for() -> None:
    # `up --wait` treats the end of a container as a failure unless another container waits for it.
    awaited = {
        name
        for service in SERVICES.values()
        for name, on in service.get("depends_on", {}).items()
        if on["condition"] == "service_completed_successfully"
    }
    assert awaited == {name for name, process in PROCESSES.items() if not process.serves}


def test_ports_are_open_on_this_machine_alone_and_in_the_known_order() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published.pop("issuer") == ["127.0.0.1:${ISSUER_PUBLISHED:-8005}:8005"]
    free = (port for port in count(8001) if port != 8005)
    assert published == {
        f"{name.replace('_', '-')}-api": [f"127.0.0.1:${{{name.upper()}_PUBLISHED:-{next(free)}}}:8000"]
        for name in NAMES
    }


def test_the_secrets_mounted_are_the_secrets_made() -> None:
    made = set(secret_files(Keys.make(), "password"))
    mounted = {name for service in SERVICES for name in secrets_of(service)}
    assert mounted == made
    assert COMPOSE["secrets"].keys() == made
    assert all(entry["file"].endswith(f"}}/{name}") for name, entry in COMPOSE["secrets"].items())


def test_owners_and_the_superuser_are_known_to_migration_and_bootstrap_alone() -> None:
    holders = {name for name in SERVICES if any("owner" in secret or "admin" in secret for secret in secrets_of(name))}
    assert holders == {"bootstrap"} | {name for name in PROCESSES if name.endswith("-migrate")}


def test_no_secret_stands_in_the_file() -> None:
    values = [str(value) for service in SERVICES.values() for value in service.get("environment", {}).values()]
    assert not [value for value in values if "postgresql://" in value or "@" in value.replace("1@kafka:9093", "")]


def test_images_have_fixed_tags() -> None:
    images = {service["image"] for service in SERVICES.values()}
    assert images == {"skoleloeft:local", "postgres:17", "apache/kafka:4.1.1"}
