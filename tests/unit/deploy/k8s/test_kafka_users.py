"""Each service's Kafka user may do what its service does, but nothing that only another service does."""

import pytest
import yaml

from deploy.k8s.__main__ import main
from deploy.k8s.kafka_users import APPLY, acls, applying
from libs.shared.contracts.topics import DEAD_LETTERS, SERVICES, TOPICS
from libs.shared.eventlog.kafka.writer import transactional_id
from tests.factories.kafka_rights import may

ALL = {**TOPICS, **DEAD_LETTERS}


@pytest.mark.parametrize("prefix", ["", "staging."])
@pytest.mark.parametrize("service", SERVICES)
def test_rights_are_those_of_the_declared_topics(service: str, prefix: str) -> None:
    rights = acls(service, prefix)
    for name, topic in ALL.items():
        assert may(rights, "topic", prefix + name, "Write") == (topic.producer == service), name
        assert may(rights, "topic", prefix + name, "Read") == (service in topic.consumers), name
        for operation in ("Create", "AlterConfigs", "Delete"):
            assert not may(rights, "topic", prefix + name, operation)
        if prefix:
            assert not may(rights, "topic", name, "Describe")
    for other in SERVICES:
        reads = other == service and any(service in topic.consumers for topic in ALL.values())
        for group in (other, f"{other}.rebuild-1", f"{other}.keys-1"):
            assert may(rights, "group", prefix + group, "Read") == reads, group
        writer = prefix + transactional_id(f"relay-{other}")
        assert may(rights, "transactionalId", writer, "Write") == (other == service)
    assert not may(rights, "group", f"{prefix}{service}-other", "Read")


def test_who_applies_topics_reads_and_writes_no_record() -> None:
    for name in ALL:
        assert may(applying(), "topic", name, "Create")
        assert not may(applying(), "topic", name, "Read")
        assert not may(applying(), "topic", name, "Write")


def test_the_command_prints_a_user_for_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kafka-users", "--prefix", "staging."]) == 0
    made = {user["metadata"]["name"]: user for user in yaml.safe_load_all(capsys.readouterr().out)}
    assert set(made) == {f"skoleloeft-{name.replace('_', '-')}" for name in (*SERVICES, APPLY)}
    assert made["skoleloeft-topics"]["spec"]["authorization"]["acls"] == applying("staging.")
