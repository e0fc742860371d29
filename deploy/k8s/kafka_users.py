"""``python -m deploy.k8s kafka-users``: a Kafka user for each service, with rights on its own topics and groups only.

The rule is the same as on the embedded log: a service writes the topics that it produces and reads those that it
consumes. The users are printed as Strimzi's KafkaUser; for another Kafka the ``acls`` list the rights to grant. See
docs/guides/ops/kafka.md.
"""

import argparse
import sys
from collections.abc import Sequence
from typing import Any

import yaml

from libs.shared.contracts.topics import DEAD_LETTERS, SERVICES, TOPICS

APPLY = "topics"
"""The user that runs ``topics apply``."""

Acl = dict[str, Any]


def _acl(kind: str, name: str | None, *operations: str, prefix: bool = False) -> Acl:
    resource = {"type": kind} | ({"name": name} if name else {}) | ({"patternType": "prefix"} if prefix else {})
    return {"resource": resource, "operations": list(operations)}


def acls(service: str, prefix: str = "") -> list[Acl]:
    """The rights of a service on the cluster; ``prefix`` begins the names of topics and groups."""
    declared = {**TOPICS, **DEAD_LETTERS}
    rights = [
        _acl("topic", f"{prefix}{name}", "Describe", *sorted(operations))
        for name, topic in sorted(declared.items())
        if (operations := _operations(service, topic.producer, topic.consumers))
    ]
    if any(service in topic.consumers for topic in declared.values()):
        # The rebuild of a read model uses a separate group: <service>.rebuild-<id>.
        rights.append(_acl("group", f"{prefix}{service}", "Describe", "Read"))
        rights.append(_acl("group", f"{prefix}{service}.", "Describe", "Read", prefix=True))
    if any(topic.producer == service for topic in declared.values()):
        rights.append(_acl("transactionalId", f"{prefix}writer-relay-{service}", "Describe", "Write"))
    return [*rights, _acl("cluster", None, "Describe")]


def _operations(service: str, producer: str, consumers: frozenset[str]) -> set[str]:
    return ({"Write"} if producer == service else set()) | ({"Read"} if service in consumers else set())


def applying(prefix: str = "") -> list[Acl]:
    """The rights of ``topics apply``; it reads and writes no records."""
    operations = ("Create", "Describe", "DescribeConfigs", "AlterConfigs")
    topics = [_acl("topic", f"{prefix}{name}", *operations) for name in sorted({**TOPICS, **DEAD_LETTERS})]
    return [*topics, _acl("cluster", None, "Describe")]


def manifests(prefix: str = "", cluster: str = "kafka") -> list[dict[str, Any]]:
    """A KafkaUser for each service and one for ``topics apply``."""
    users = {service: acls(service, prefix) for service in SERVICES} | {APPLY: applying(prefix)}
    return [
        {
            "apiVersion": "kafka.strimzi.io/v1beta2",
            "kind": "KafkaUser",
            "metadata": {
                "name": f"skoleloeft-{name.replace('_', '-')}",
                "labels": {"strimzi.io/cluster": cluster},
            },
            "spec": {
                "authentication": {"type": "scram-sha-512"},
                "authorization": {"type": "simple", "acls": rights},
            },
        }
        for name, rights in users.items()
    ]


def main(arguments: Sequence[str]) -> int:
    """Print the manifests."""
    parser = argparse.ArgumentParser(prog="python -m deploy.k8s kafka-users", description=__doc__)
    parser.add_argument("--prefix", default="", help="of the Kafka address")
    parser.add_argument("--cluster", default="kafka", help="Strimzi's name of the cluster")
    given = parser.parse_args(list(arguments))
    sys.stdout.write(yaml.safe_dump_all(manifests(given.prefix, given.cluster), sort_keys=False))
    return 0
