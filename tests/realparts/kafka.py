"""A real Apache Kafka for tests: at a given address, in a container, or one node from Maven's jars.

``SKOLELOEFT_TEST_KAFKA`` names a running one; ``SKOLELOEFT_REQUIRE_REAL=1`` turns "not found" from a skip into a
failure.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any, TypeVar

import pytest

from tests.realparts.kafka_server import VERSION, KafkaServer, KafkaUnavailable, jars
from tests.realparts.ports import free_port

IMAGE = f"apache/kafka:{VERSION}"
T = TypeVar("T")


def _has_image() -> bool:
    if shutil.which("docker") is None:
        return False
    try:
        found = subprocess.run(["docker", "image", "inspect", IMAGE], capture_output=True, timeout=10, check=False)
    except subprocess.TimeoutExpired:
        return False
    return found.returncode == 0


@contextmanager
def _container() -> Iterator[str]:
    """Kafka in a container whose image is already here (nothing is pulled)."""
    os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")
    os.environ.setdefault("TESTCONTAINERS_HOST_OVERRIDE", "127.0.0.1")
    from testcontainers.core.container import DockerContainer
    from testcontainers.core.wait_strategies import LogMessageWaitStrategy

    port = free_port()
    container: Any = DockerContainer(IMAGE)
    container.ports["9092/tcp"] = ("127.0.0.1", port)  # with_bind_ports publishes on all addresses
    for name, value in {
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_NODE_ID": "1",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        # The broker connects to itself for transactions, and the outside port is not open inside the container.
        "KAFKA_LISTENERS": "PLAINTEXT://:9092,CONTROLLER://:9093,ITSELF://localhost:9094",
        "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://127.0.0.1:{port},ITSELF://localhost:9094",
        "KAFKA_INTER_BROKER_LISTENER_NAME": "ITSELF",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,ITSELF:PLAINTEXT",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS": "5",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS": "5",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "KAFKA_LOG_CLEANER_BACKOFF_MS": "500",
        "KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS": "500",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
        "KAFKA_HEAP_OPTS": "-Xmx512m -Xms128m",
    }.items():
        container = container.with_env(name, value)
    with container.waiting_for(LogMessageWaitStrategy("Kafka Server started").with_startup_timeout(60)):
        yield f"127.0.0.1:{port}"


@contextmanager
def real_kafka() -> Iterator[str]:
    """The bootstrap address of a real Kafka. Raises ``KafkaUnavailable``."""
    given = os.environ.get("SKOLELOEFT_TEST_KAFKA")
    if given:
        yield given
    elif _has_image():
        with _container() as bootstrap:
            yield bootstrap
    else:
        with _own() as server:
            yield server.bootstrap


@pytest.fixture(scope="session")
def kafka_bootstrap() -> Iterator[str]:
    """One real Kafka for the whole run; each test uses topic and group names of its own."""
    with real_kafka_or_skip() as bootstrap:
        yield bootstrap


@contextmanager
def _or_skip(kafka: AbstractContextManager[T]) -> Iterator[T]:
    """The value of ``kafka``; if there is none, the test is skipped, or fails with ``SKOLELOEFT_REQUIRE_REAL=1``."""
    with ExitStack() as stack:
        try:
            made = stack.enter_context(kafka)
        except KafkaUnavailable as missing:
            if os.environ.get("SKOLELOEFT_REQUIRE_REAL") == "1":
                pytest.fail(f"a real Kafka is required: {missing}")
            pytest.skip(f"no real Kafka: {missing}")
        yield made


def real_kafka_or_skip() -> AbstractContextManager[str]:
    """As ``real_kafka``, but skips the test (or fails it, with ``SKOLELOEFT_REQUIRE_REAL=1``) without one."""
    return _or_skip(real_kafka())


@contextmanager
def _own(server: KafkaServer | None = None) -> Iterator[KafkaServer]:
    server = server or KafkaServer()
    try:
        yield server.start()
    finally:
        server.stop()


def own_kafka_or_skip(server: KafkaServer | None = None) -> AbstractContextManager[KafkaServer]:
    """A broker that may be killed, always from Maven's jars; skips as ``real_kafka_or_skip`` does."""
    return _or_skip(_own(server))


@contextmanager
def _absent() -> Iterator[KafkaServer]:
    jars()
    server = KafkaServer()
    try:
        yield server
    finally:
        server.stop()


def absent_kafka_or_skip() -> AbstractContextManager[KafkaServer]:
    """A broker whose address is known and which is not started yet; skips as ``real_kafka_or_skip`` does."""
    return _or_skip(_absent())
