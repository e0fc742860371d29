"""Addresses of event logs, and the topics that follow from the contracts."""

import subprocess
import sys
from urllib.parse import quote

import pytest

from libs.shared.contracts.topics import DEAD_LETTERS, TOPICS
from libs.shared.eventlog.__main__ import main
from libs.shared.eventlog.factory import open_event_log
from libs.shared.eventlog.kafka import KafkaEventLog
from libs.shared.eventlog.kafka.address import KafkaAddress
from libs.shared.eventlog.kafka.topics import topic_config
from libs.shared.eventlog.memory import MemoryEventLog
from libs.shared.eventlog.placing import partition_of
from libs.shared.eventlog.port import TopicSpec
from libs.shared.eventlog.postgres import PostgresEventLog
from libs.shared.eventlog.topics import specs
from tests.factories.logs import logging_as_before


async def test_the_scheme_chooses_the_log() -> None:
    assert isinstance(open_event_log("memory:", client_id="t"), MemoryEventLog)
    assert isinstance(open_event_log("postgresql://u@h/d", client_id="t"), PostgresEventLog)
    assert isinstance(open_event_log("kafka://h:1", client_id="t"), KafkaEventLog)


def test_several_brokers_and_a_login_are_read() -> None:
    address = KafkaAddress.parse(
        "kafka://skole:l%C3%B8ft%40@one:9093,two:9093?security_protocol=SASL_PLAINTEXT&replication_factor=3"
    )
    assert address.client() == {
        "bootstrap_servers": "one:9093,two:9093",
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "skole",
        "sasl_plain_password": "løft@",
    }
    assert address.replication_factor == 3
    assert address.compression is None


@pytest.mark.parametrize("password", ["a:b/c?d#e&f=g", "100%+1", "@@@", " æøå ", "%40", "p[w]d,q"])
def test_a_password_may_hold_any_character_once_it_is_percent_encoded(password: str) -> None:
    login = f"u:{quote(password, safe='')}"
    address = KafkaAddress.parse(f"kafka://{login}@one:9093,two:9093?security_protocol=SASL_SSL")
    assert (address.bootstrap, address.user, address.password) == ("one:9093,two:9093", "u", password)
    assert address.client()["sasl_plain_password"] == password


def test_a_prefix_is_read_and_held_to_what_topics_may_be_named() -> None:
    assert KafkaAddress.parse("kafka://one:9092?prefix=staging.").prefix == "staging."
    assert KafkaAddress.parse("kafka://one:9092").prefix == ""
    for wrong in ("a%20b", "a/b", "%C3%B8", "x" * 101):
        with pytest.raises(ValueError, match="prefix"):
            KafkaAddress.parse(f"kafka://one:9092?prefix={wrong}")


def test_a_plain_address_says_nothing_of_logins() -> None:
    assert KafkaAddress.parse("kafka://one:9092/").client() == {
        "bootstrap_servers": "one:9092",
        "security_protocol": "PLAINTEXT",
    }


def test_tls_brings_a_context_that_checks_names() -> None:
    context = KafkaAddress.parse("kafka://one:9093?security_protocol=SSL").client()["ssl_context"]
    assert context.check_hostname


@pytest.mark.parametrize(
    "url",
    [
        "kafka://secret@",
        "kafka://user:secret@host",
        "kafka://user:secret@host:9092?colour=blue",
        "amqp://user:secret@host:1",
        "",
    ],
)
def test_a_wrong_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ValueError, match="address") as refused:
        open_event_log(url, client_id="t")
    assert "secret" not in str(refused.value)


def test_the_embedded_log_never_loads_aiokafka() -> None:
    code = (
        "import sys; from libs.shared.eventlog.factory import open_event_log;"
        "open_event_log('postgresql://u@h/d', client_id='t'); open_event_log('memory:', client_id='t');"
        "sys.exit('aiokafka' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=30).returncode == 0


def test_every_topic_and_dead_letter_topic_of_the_contracts_is_made() -> None:
    made = {spec.name: spec for spec in specs()}
    assert made.keys() == TOPICS.keys() | DEAD_LETTERS.keys()
    assert all(made[name].partitions == topic.partitions for name, topic in TOPICS.items())
    for name, topic in {**TOPICS, **DEAD_LETTERS}.items():
        assert (made[name].producer, made[name].consumers) == (topic.producer, topic.consumers)
        lag = topic_config(made[name], 3).get("max.compaction.lag.ms")
        assert lag == ("604800000" if topic.compacted else None), "an old state is gone within seven days"


def test_a_compacted_topic_is_kept_for_ever_and_the_specs_own_settings_win() -> None:
    assert topic_config(TopicSpec("t", 1, compacted=True), 3) == {
        "cleanup.policy": "compact",
        "retention.ms": "-1",
        "min.insync.replicas": "2",
    }
    assert topic_config(TopicSpec("t", 1, compacted=False, retention_hours=2, config={"retention.ms": "5"}), 1) == {
        "cleanup.policy": "delete",
        "retention.ms": "5",
        "min.insync.replicas": "1",
    }


def test_a_key_is_placed_where_it_was_placed_yesterday() -> None:
    """Another assignment to partitions would break the order of every key on every existing log."""
    assert [partition_of(key, 9) for key in ("a", "b", "nøgle", "101001/2022-09")] == [0, 2, 4, 6]


def test_commands_say_what_they_need(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("SKOLELOEFT_EVENT_LOG", "EVENTLOG_OWNER_DATABASE_URL", "SKOLELOEFT_SECRETS_DIR"):
        monkeypatch.delenv(name, raising=False)
    with logging_as_before():
        assert main(["topics", "list"]) == 0
        assert "registration.pupil\t9\tcompacted" in capsys.readouterr().out
        monkeypatch.setenv("SKOLELOEFT_EVENT_LOG", "kafka://u:secret@one:9092?prefix=staging.")
        assert main(["topics", "list"]) == 0
        assert capsys.readouterr().out.startswith("staging.")
        monkeypatch.delenv("SKOLELOEFT_EVENT_LOG")
        assert main(["topics", "apply"]) == 2
        assert "SKOLELOEFT_EVENT_LOG" in capsys.readouterr().out
        assert main(["migrate"]) == 2
        assert "EVENTLOG_OWNER_DATABASE_URL" in capsys.readouterr().out
        assert main(["topics"]) == 2
        assert "topics apply" in capsys.readouterr().err
        monkeypatch.setenv("SKOLELOEFT_EVENT_LOG", "postgresql://a:secret@127.0.0.1:1/x")
        assert main(["topics", "apply"]) == 2
        assert "secret" not in "".join(capsys.readouterr())
