"""``python -m deploy.k8s secrets …``: write the Secrets of a new installation, with new passwords and key rings.

Only its owner can read the file, and it is never overwritten. Create the Secrets from it with ``kubectl create`` and
never with ``apply``: if new key rings replaced the old ones, every encrypted name and number would be unreadable.
"""

import argparse
import os
import sys
from pathlib import Path
from urllib.parse import quote, urlencode

import yaml

from deploy.compose.secret_files import service_secrets
from deploy.embedded.keys import Keys
from libs.shared.contracts.topics import SERVICES

SHARED = "skoleloeft"
ADMIN = "skoleloeft-admin"
EVENT_LOG = "skoleloeft_event_log"
REQUEST_KEYS = "skoleloeft_request_keys"
ADMIN_URL = "skoleloeft_admin_database_url"


def address(scheme: str, place: str, *, user: str = "", password: str = "", path: str = "", options: str = "") -> str:
    """An address with percent-encoded user and password, which may contain any character."""
    login = f"{quote(user, safe='')}:{quote(password, safe='')}@" if user else ""
    return f"{scheme}://{login}{place}{path}" + (f"?{options}" if options else "")


def secret_manifests(
    keys: Keys, *, namespace: str, event_log: str, admin_url: str, database: str, options: str, suffix: str = ""
) -> list[dict[str, object]]:
    """Each complete Secret that the pods mount."""
    by_secret: dict[str, dict[str, str]] = {
        SHARED: {EVENT_LOG: event_log, REQUEST_KEYS: keys.request_keys},
        ADMIN: {ADMIN_URL: admin_url},
    }
    for name, content in service_secrets(keys, database, options, suffix).items():
        service = next(service for service in SERVICES if name.startswith(f"{service}_"))
        by_secret.setdefault(service.replace("_", "-"), {})[name] = content
    return [
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {
                "name": secret,
                "namespace": namespace,
                "labels": {"app.kubernetes.io/part-of": "skoleloeft"},
            },
            "type": "Opaque",
            "stringData": content,
        }
        for secret, content in by_secret.items()
    ]


def _options(given: list[str]) -> str:
    pairs = [entry.partition("=")[::2] for entry in given]
    # A slash is allowed in a query, and a path is easier to read with it.
    return urlencode(pairs, safe="/")


def _password(path: str | None) -> str:
    if path is None:
        return ""
    text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
    return text.rstrip("\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m deploy.k8s secrets", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--output", type=Path, required=True, help="the file to write; it must not be there yet")
    parser.add_argument("--namespace", default="skoleloeft")
    parser.add_argument("--database", required=True, metavar="HOST:PORT", help="PostgreSQL, as the pods reach it")
    parser.add_argument("--database-option", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument(
        "--database-suffix", default="", metavar="NAME", help="for a second installation on this server"
    )
    parser.add_argument("--admin", default="postgres", help="who makes roles and databases (default: postgres)")
    parser.add_argument("--admin-password", metavar="FILE", required=True, help="the file of that password; - is stdin")
    parser.add_argument("--kafka", required=True, metavar="HOST:PORT[,HOST:PORT]", help="Kafka, as the pods reach it")
    parser.add_argument("--kafka-option", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--kafka-user", default="", help="with a password; not for client certificates")
    parser.add_argument("--kafka-password", metavar="FILE", help="the file of that password")
    return parser


def main(arguments: list[str]) -> int:
    """Return the exit code: 0 if the file is written, 1 if refused."""
    given = _parser().parse_args(arguments)
    if bool(given.kafka_user) != bool(given.kafka_password):
        sys.stderr.write("--kafka-user and --kafka-password belong together: give both or neither\n")
        return 1
    options = _options(given.database_option)
    try:
        admin_password, kafka_password = _password(given.admin_password), _password(given.kafka_password)
        made = secret_manifests(
            Keys.make(),
            namespace=given.namespace,
            database=given.database,
            options=options,
            suffix=given.database_suffix,
            admin_url=address(
                "postgresql",
                given.database,
                user=given.admin,
                password=admin_password,
                path="/postgres",
                options=options,
            ),
            event_log=address(
                "kafka",
                given.kafka,
                user=given.kafka_user,
                password=kafka_password,
                options=_options(given.kafka_option),
            ),
        )
        descriptor = os.open(given.output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        sys.stderr.write(f"{given.output} is there already and may be the only copy of its keys: choose another name\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        yaml.safe_dump_all(made, file, sort_keys=False)
    sys.stdout.write(f"{given.output}: {len(made)} Secrets. Keep a copy where the municipality keeps its keys.\n")
    return 0
