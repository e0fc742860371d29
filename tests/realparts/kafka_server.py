"""Apache Kafka from Maven's jars: one node that can be killed and restarted on its data, also outside pytest.

``SKOLELOEFT_TEST_CACHE`` moves the jar cache (default ``.cache`` in the checkout).
"""

import os
import shutil
import socket
import struct
import subprocess
import tempfile
import time
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from pathlib import Path

from tests.realparts.ports import free_port

VERSION = "4.1.1"

POM = f"""<project><modelVersion>4.0.0</modelVersion>
<groupId>local</groupId><artifactId>kafka-libs</artifactId><version>1</version><packaging>pom</packaging>
<dependencies><dependency>
<groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>{VERSION}</version>
</dependency></dependencies></project>
"""


class KafkaUnavailable(Exception):
    """No real Kafka is available; the text says what is missing."""


def jars(cache: Path | None = None) -> Path:
    """The folder of Kafka's jars, fetched by Maven the first time. Raises ``KafkaUnavailable``."""
    if shutil.which("java") is None:
        raise KafkaUnavailable("no Java to run Apache Kafka with")
    home = cache or Path(os.environ.get("SKOLELOEFT_TEST_CACHE") or Path(__file__).parents[2] / ".cache") / "kafka"
    libs = home / "libs"
    if (home / "complete").exists():
        return libs
    if shutil.which("mvn") is None:
        raise KafkaUnavailable("no Maven to fetch Apache Kafka with")
    home.mkdir(parents=True, exist_ok=True)
    (home / "pom.xml").write_text(POM)
    done = subprocess.run(
        ["mvn", "-q", "-B", "dependency:copy-dependencies", f"-DoutputDirectory={libs}", "-DincludeScope=runtime"],
        cwd=home,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if done.returncode:
        raise KafkaUnavailable(f"Maven could not fetch Apache Kafka: {done.stdout[-300:]}")
    (home / "complete").touch()
    return libs


def answers(port: int) -> bool:
    """Whether a broker answers an ApiVersions request on 127.0.0.1:``port``."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            request = struct.pack(">hhih", 18, 0, 1, -1)
            connection.sendall(struct.pack(">i", len(request)) + request)
            head = connection.recv(10)
    except OSError:
        return False
    return len(head) == 10 and struct.unpack(">iih", head)[1:] == (1, 0)


class KafkaServer:
    """One KRaft node on 127.0.0.1. The port and data stay the same over ``kill``/``restart``."""

    def __init__(
        self,
        data_dir: Path | None = None,
        *,
        port: int | None = None,
        libs: Path | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self._made = data_dir is None
        self.data_dir = data_dir or Path(tempfile.mkdtemp(prefix="skoleloeft-kafka-"))
        self.port = port or free_port()
        self._controller_port = free_port()
        self._slow_ports: tuple[int, int] | None = None
        self._settings = dict(settings or {})
        self._libs = libs
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def bootstrap(self) -> str:
        """``host:port``."""
        return f"127.0.0.1:{self.port}"

    def with_slow_network(self) -> tuple[int, int]:
        """To be called before ``start``: listen on a further port, and advertise another one to its clients.

        Returns (advertised port, port of the broker); the test puts a proxy between them.
        """
        self._slow_ports = (free_port(), free_port())
        return self._slow_ports

    @property
    def log_file(self) -> Path:
        """The file with the broker's output."""
        return self.data_dir / "server.log"

    def _java(self, *command: str) -> list[str]:
        libs = self._libs or jars()
        return ["java", "-Xmx512m", "-Xms128m", "-XX:+UseSerialGC", "-cp", f"{libs}/*", *command]

    def _format(self) -> None:
        properties = {
            "process.roles": "broker,controller",
            "node.id": "1",
            "controller.quorum.voters": f"1@127.0.0.1:{self._controller_port}",
            "listeners": f"PLAINTEXT://127.0.0.1:{self.port},CONTROLLER://127.0.0.1:{self._controller_port}",
            "advertised.listeners": f"PLAINTEXT://{self.bootstrap}",
            "controller.listener.names": "CONTROLLER",
            "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
            "log.dirs": str(self.data_dir / "logs"),
            "auto.create.topics.enable": "false",
            "offsets.topic.replication.factor": "1",
            "offsets.topic.num.partitions": "5",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
            "transaction.state.log.num.partitions": "5",
            "share.coordinator.state.topic.replication.factor": "1",
            "share.coordinator.state.topic.min.isr": "1",
            "group.initial.rebalance.delay.ms": "0",
            "log.cleaner.backoff.ms": "500",  # fifteen seconds otherwise, which a test of compaction would wait for
            "group.min.session.timeout.ms": "500",
            "broker.session.timeout.ms": "2000",  # a killed broker may register again after this long
            "broker.heartbeat.interval.ms": "400",
        }
        if self._slow_ports is not None:
            outside, inside = self._slow_ports
            properties["listeners"] += f",SLOW://127.0.0.1:{inside}"
            properties["advertised.listeners"] += f",SLOW://127.0.0.1:{outside}"
            properties["listener.security.protocol.map"] += ",SLOW:PLAINTEXT"
            properties["inter.broker.listener.name"] = "PLAINTEXT"
        properties |= self._settings
        self.data_dir.mkdir(parents=True, exist_ok=True)
        path = self.data_dir / "server.properties"
        path.write_text("".join(f"{name}={value}\n" for name, value in properties.items()))
        # Like Kafka's own ids: none begins with a dash, which the command line would read as an option.
        cluster = "A" + urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")[1:]
        tool = self._java("kafka.tools.StorageTool", "format", "--ignore-formatted", "-t", cluster, "-c", str(path))
        done = subprocess.run(tool, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode:
            raise KafkaUnavailable(f"the data folder could not be formatted: {done.stdout[-300:]}{done.stderr[-300:]}")

    def start(self, wait_seconds: float = 60) -> "KafkaServer":
        """Start and wait until it answers. Raises ``KafkaUnavailable``."""
        if not (self.data_dir / "server.properties").exists():
            self._format()
        with self.log_file.open("ab") as log:
            command = self._java("kafka.Kafka", str(self.data_dir / "server.properties"))
            self._process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + wait_seconds
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            if answers(self.port):
                return self
            time.sleep(0.1)
        self.kill()
        raise KafkaUnavailable(f"the broker did not answer; see {self.log_file}")

    def _end(self, *, by_force: bool) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if by_force:
            process.kill()
        else:
            process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=20)

    def kill(self) -> None:
        """Kill with SIGKILL, as in a crash of the machine; the data stay."""
        self._end(by_force=True)

    def restart(self) -> None:
        """Start again on the same port and data; a running broker is stopped first."""
        self._end(by_force=False)
        self.start()

    def stop(self) -> None:
        """Stop cleanly, and remove the data folder if it was made here."""
        self._end(by_force=False)
        if self._made:
            shutil.rmtree(self.data_dir, ignore_errors=True)
