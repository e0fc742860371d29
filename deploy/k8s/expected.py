"""The expected processes, commands and settings, read from the code; the manifests are compared with them.

A new service, setting or command is found here without being listed, so that the check fails until the manifests have
it.
"""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from libs.shared.base.settings import ServiceSettings, SharedSettings
from libs.shared.contracts.topics import SERVICES
from libs.shared.runtime.processes import Part
from libs.shared.runtime.service import Service

SERVICES_FOLDER = Path(__file__).parents[2] / "services"
SECRETS_DIR = "SKOLELOEFT_SECRETS_DIR"
ADMIN_URL = "SKOLELOEFT_ADMIN_DATABASE_URL"
OWNER = "_OWNER_DATABASE_URL"

# The variables that libraries of the services read, with whether each names a file.
LIBRARY_VARIABLES: Mapping[str, bool] = {
    "PGSSLMODE": False,
    "PGSSLROOTCERT": True,
    "PGSSLCERT": True,
    "PGSSLKEY": True,
    "SSL_CERT_FILE": True,
}

# The words of the commands that are part of a roll-out.
ROLL_OUT_COMMANDS: Mapping[str, tuple[str, ...]] = {"content": ("content", "load")}


@dataclass(frozen=True, slots=True)
class Process:
    """One process of the platform. ``settings`` maps each variable that it reads to whether it is required."""

    name: str
    component: str
    command: tuple[str, ...]
    settings: Mapping[str, bool] = field(default_factory=dict)
    service: str | None = None

    @property
    def serves(self) -> bool:
        """Whether it runs until it is stopped; other processes end by themselves."""
        return self.component in {Part.API, Part.WORKER}


def service_names() -> list[str]:
    """Every service of the repository: a folder with a ``wiring.py``."""
    return sorted(path.parent.name for path in SERVICES_FOLDER.glob("*/wiring.py"))


def declared(name: str) -> Service:
    """A service's declaration."""
    found = importlib.import_module(f"services.{name}.wiring").SERVICE
    if not isinstance(found, Service):
        raise TypeError(f"services.{name}.wiring.SERVICE is no Service")
    return found


def _variables(settings: type[SharedSettings] | type[ServiceSettings]) -> dict[str, bool]:
    prefix = settings.model_config.get("env_prefix", "")
    return {f"{prefix}{name.upper()}": made.is_required() for name, made in settings.model_fields.items()}


def shared_variables() -> dict[str, bool]:
    """The variables that every serving process reads."""
    return _variables(SharedSettings)


def service_variables(name: str) -> dict[str, bool]:
    """The variables that only one service reads."""
    # ``settings`` is the settings class's ``load``, whose ``__self__`` is the class.
    settings = getattr(declared(name).settings, "__self__", None)
    if not (isinstance(settings, type) and issubclass(settings, ServiceSettings)):
        raise TypeError(f"services.{name}: settings is not a settings class's load")
    return _variables(settings)


def processes() -> dict[str, Process]:
    """Every process of a deployment, by its name in the manifests and in the compose file."""
    made = [
        Process("bootstrap", "bootstrap", _python("libs.shared.db", "bootstrap"), _bootstrap_variables()),
        Process("topics", "topics", _python("libs.shared.eventlog", "topics", "apply"), shared_variables()),
    ]
    for name in service_names():
        made += _of_service(name)
    return {process.name: process for process in made}


def _of_service(name: str) -> list[Process]:
    kebab, module, own = name.replace("_", "-"), f"services.{name}", service_variables(name)
    running = shared_variables() | {variable: needed for variable, needed in own.items() if not is_owner(variable)}
    made = [
        Process(f"{kebab}-{part}", part, _python(module, part), running, name)
        for part in (Part.API.value, Part.WORKER.value)
    ]
    migrating = {variable: True for variable in own if is_owner(variable)}
    made.append(Process(f"{kebab}-migrate", "migrate", _python(module, "migrate"), migrating, name))
    for command in declared(name).commands:
        if command in ROLL_OUT_COMMANDS:
            words = ROLL_OUT_COMMANDS[command]
            made.append(Process(f"{kebab}-{command}", command, _python(module, *words), running, name))
    return made


def is_owner(variable: str) -> bool:
    """Whether this is the address of a role that owns tables, which only migration and bootstrap may have."""
    return variable.endswith(OWNER)


def _bootstrap_variables() -> dict[str, bool]:
    # These deployments have no database of the embedded log.
    names = [name.upper() for name in SERVICES if name in service_names()]
    return {ADMIN_URL: True} | {f"{name}{kind}": True for name in names for kind in ("_DATABASE_URL", OWNER)}


def _python(module: str, *words: str) -> tuple[str, ...]:
    return ("python", "-m", module, *words)
