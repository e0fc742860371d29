"""The rights of the platform's Kafka user, as the overlay strimzi-cnpg declares them, on a Kafka without Strimzi.

``python -m deploy.k8s.trial.rights`` runs in the cluster (``data/rights.yaml``), as the broker's administrator.
"""

import asyncio
import os
import ssl
import sys
from pathlib import Path
from typing import Any

import yaml
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.protocol.admin import CreateAclsRequest

KAFKA_USER = Path(__file__).parents[1] / "overlays" / "strimzi-cnpg" / "data" / "kafka-user.yaml"
READER_GROUP = "journey"
SECONDS = 60.0

# The numbers in the protocol: https://kafka.apache.org/protocol, resource and operation types of ACLs.
_RESOURCES = {"topic": 2, "group": 3, "cluster": 4, "transactionalId": 5}
_OPERATIONS = {
    "Read": 3,
    "Write": 4,
    "Create": 5,
    "Delete": 6,
    "Describe": 8,
    "DescribeConfigs": 10,
    "AlterConfigs": 11,
}
_PATTERNS = {"literal": 3, "prefix": 4}
_ALLOW = 3


def rights(manifest: Path = KAFKA_USER) -> list[dict[str, Any]]:
    """The ``acls`` of the KafkaUser."""
    found: list[dict[str, Any]] = yaml.safe_load(manifest.read_text(encoding="utf-8"))["spec"]["authorization"]["acls"]
    return found


async def grant(address: str, password: str, ca: str) -> int:
    """Grant them, and the journey's right to read in its own consumer group; returns the number of rights."""
    journeys = {"resource": {"type": "group", "name": READER_GROUP}, "operations": ["Read", "Describe"]}
    asked = [
        CreateAclsRequest(
            _RESOURCES[entry["resource"]["type"]],
            entry["resource"].get("name", "kafka-cluster"),
            _PATTERNS[entry["resource"].get("patternType", "literal")],
            "User:skoleloeft",
            "*",
            _OPERATIONS[operation],
            _ALLOW,
        )
        for entry in [*rights(), journeys]
        for operation in entry["operations"]
    ]
    admin = AIOKafkaAdminClient(
        bootstrap_servers=address,
        security_protocol="SASL_SSL",
        sasl_mechanism="SCRAM-SHA-512",
        sasl_plain_username="admin",
        sasl_plain_password=password,
        ssl_context=ssl.create_default_context(cafile=ca),
    )
    await admin.start()
    try:
        async with asyncio.timeout(SECONDS):
            for request in asked:
                answer = await admin._send_to_controller(request)
                for code, message in answer.creation_responses:
                    if code:
                        raise RuntimeError(f"{code}: {message}")
    finally:
        await admin.close()
    return len(asked)


if __name__ == "__main__":
    given = asyncio.run(grant(os.environ["ADDRESS"], os.environ["PASSWORD"], os.environ["CA"]))
    sys.stdout.write(f"{given} rights\n")
