"""The steps of the trial: faults and changes, and what must hold meanwhile. A step returns its finding or raises
``TrialFailed``.
"""

import json
import re
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.k8s.alerts import FOREIGN, alerts, asked
from deploy.k8s.trial import installing
from deploy.k8s.trial.cluster import (
    APP,
    ROOT,
    TrialFailed,
    away,
    drive,
    kubectl,
    pods,
    restarts,
    run,
    templates,
    unready,
    until,
    workloads,
)

RATE = "8"
LOAD_SECONDS = "1500"
READY_SECONDS = 180.0
IMPORT_SECONDS = 30.0


@dataclass
class Trial:
    """``restarts`` is the number of restarts of each Deployment, ``sent`` the number of imports so far."""

    restarts: int
    sent: int = 0


def last(output: str) -> dict[str, Any]:
    """The JSON in the last line of an output."""
    found: dict[str, Any] = json.loads(output.strip().splitlines()[-1])
    return found


@contextmanager
def under_load(seen: dict[str, Any]) -> Iterator[None]:
    """The driver sends requests to all APIs within the block; their answers are in ``seen`` after it."""
    outputs: list[str] = []

    def ask() -> None:
        try:
            outputs.append(drive("load", LOAD_SECONDS, RATE, seconds=float(LOAD_SECONDS) + 60))
        except TrialFailed as failure:
            outputs.append(json.dumps({"failed": str(failure)[-300:]}))

    asking = threading.Thread(target=ask)
    asking.start()
    time.sleep(5)
    try:
        yield
    finally:
        time.sleep(3)
        kubectl("exec", "-n", APP, "deployment/driver", "--", "touch", "/tmp/stop")  # noqa: S108 - in the pod
        asking.join()
        seen.update(last(outputs[0]))


def clean(seen: dict[str, Any], *allowed: str) -> str:
    """Text of the answers. Raises ``TrialFailed`` for an answer of 500 or above, or a failed request, that is not
    ``allowed``.
    """
    told = f"{seen.get('asked')} asked, {seen.get('by_status')}, slowest {seen.get('slowest_seconds')} s"
    bad = [status for status in seen.get("by_status", {}) if (status >= "500" and status not in allowed)]
    if "failed" in seen or bad:
        raise TrialFailed(f"{told}; {seen.get('faults')} {seen.get('failed', '')}")
    return told


def first_day(_: Trial) -> str:
    """Install the platform on an empty cluster, until its processes are ready."""
    installing.remove()
    installing.build_images()
    passwords = installing.start_data()
    installing.make_secrets(passwords)
    begun = time.monotonic()
    installing.roll_out()
    return (
        f"rolled out in {time.monotonic() - begun:.0f} s, {len(workloads())} Deployments ready, {restarts()} restarts"
    )


def journey(_: Trial) -> str:
    """Run the journey; all of its numbers must be the expected ones."""
    told = last(drive("journey", seconds=900))
    return f"{told['checked']} numbers checked, all add up"


def ports(_: Trial) -> str:
    """The public port serves neither health nor metrics; the other port serves both."""
    seen = []
    for pod in pods(f"{'app.kubernetes.io/component'}=api"):
        code = (
            "import urllib.request as u, urllib.error as e\n"
            "for p in (8000, 9000):\n"
            "  for w in ('/metrics', '/health/ready'):\n"
            "    try: print(u.urlopen(f'http://127.0.0.1:{p}{w}').status)\n"
            "    except e.HTTPError as f: print(f.code)\n"
        )
        answers = kubectl("exec", "-n", APP, pod["metadata"]["name"], "--", "python", "-c", code).split()
        if answers != ["404", "404", "200", "200"]:
            raise TrialFailed(f"{pod['metadata']['name']}: {answers}")
        seen.append(pod["metadata"]["name"])
    return f"{len(seen)} API pods: 404 on the public port, 200 on the inner one"


def metrics(_: Trial) -> str:
    """Every metric that an alert queries is in some process's ``/metrics``."""
    code = "import urllib.request as u; print(u.urlopen('http://127.0.0.1:9000/metrics').read().decode())"
    there: set[str] = set()
    for name in workloads():
        text = kubectl("exec", "-n", APP, f"deployment/{name}", "--", "python", "-c", code)
        there.update(re.findall(r"^# TYPE (\S+)", text, re.MULTILINE))
    wanted = {name for rule in alerts().values() for name in asked(rule["expr"])} - FOREIGN
    # The line of a histogram's type has its name without the suffixes of its series.
    missing = {name for name in wanted if name not in there and re.sub("_(bucket|count|sum)$", "", name) not in there}
    if missing:
        raise TrialFailed(f"no process has {', '.join(sorted(missing))}")
    return f"all {len(wanted)} metrics of the alerts are there"


def rolling_restarts(trial: Trial) -> str:
    """Every Deployment is restarted, one after the other, while the APIs are under load and files are sent."""
    seen: dict[str, Any] = {}
    before = restarts()
    with under_load(seen):
        for _ in range(trial.restarts):
            for name in workloads():
                kubectl("rollout", "restart", f"deployment/{name}", "-n", APP)
                kubectl("rollout", "status", f"deployment/{name}", "-n", APP, "--timeout=300s", seconds=310)
            send(trial)
    times = trial.restarts * len(workloads())
    return f"{times} rolling restarts: {clean(seen)}; containers restarted {restarts() - before}"


def send(trial: Trial, seconds: float = IMPORT_SECONDS) -> float:
    """Send a file with other days than before; returns the seconds that it took. Raises ``TrialFailed`` if it took
    longer than ``seconds`` or rows are missing.
    """
    trial.sent += 1
    told = last(drive("send", str(trial.sent), seconds=300))
    if told["seconds"] > seconds or told["accepted"] + told["unchanged"] != told["rows"]:
        raise TrialFailed(f"an import: {told}")
    return float(told["seconds"])


def failed_migration(_: Trial) -> str:
    """A failed migration ends the roll-out, and no process is replaced."""
    before = templates()
    with tempfile.TemporaryDirectory() as folder:
        said = installing.roll_out(installing.broken_overlay(Path(folder)), seconds=300, check=False)
    if "registration-migrate failed" not in said or "on purpose" not in said:
        raise TrialFailed(f"the script did not tell of it: {said[-400:]}")
    if changed := [name for name, made in templates().items() if made != before[name]]:
        raise TrialFailed(f"replaced in spite of it: {', '.join(changed)}")
    installing.roll_out()
    return f"the roll-out ended with its log, none of {len(before)} Deployments was touched; the next one went through"


def broker_away(trial: Trial) -> str:
    """Without Kafka, files are still imported, also by new workers; after its return all events arrive without help."""
    before = restarts()
    with away("kafka"):
        for name in ("registration-worker", "absence-ingest-worker"):
            kubectl("rollout", "restart", f"deployment/{name}", "-n", APP)
            kubectl(
                "delete",
                "pod",
                "-n",
                APP,
                "-l",
                f"app.kubernetes.io/name={name.removesuffix('-worker')},app.kubernetes.io/component=worker",
                "--wait=false",
            )
        time.sleep(30)
        taken = send(trial, 60)
    ready = until(lambda: not unready(), READY_SECONDS, "all ready after Kafka's return")
    told = last(drive("count", seconds=400))
    if restarts() > before:
        raise TrialFailed(f"{restarts() - before} containers were restarted by it")
    return f"an import took {taken:.0f} s meanwhile; ready after {ready:.0f} s, settled after {told['settled']} s more"


def database_away(_: Trial) -> str:
    """Without PostgreSQL, answers are 503 and nothing is restarted; after its return all become ready without help."""
    seen: dict[str, Any] = {}
    before = restarts()
    with under_load(seen):
        with away("postgres"):
            time.sleep(25)
        ready = until(lambda: not unready(), READY_SECONDS, "all ready after PostgreSQL's return")
    if restarts() > before:
        raise TrialFailed(f"{restarts() - before} containers were restarted by it; {seen}")
    # No pod is ready then, so the Service refuses connections and "no answer" is expected too.
    return f"{clean(seen, '503', 'no answer')}; ready {ready:.0f} s after"


def passwords_rotated(_: Trial) -> str:
    """All database passwords are changed under load."""
    seen: dict[str, Any] = {}
    with under_load(seen):
        overlay = installing.HERE / "overlay"
        run([str(ROOT / "deploy/k8s/rotate-database-password"), str(overlay), APP], seconds=1500)
    return clean(seen)


def rebuilt(_: Trial) -> str:
    """A read model is rebuilt from the topic, by the running workers with their user's rights."""
    command = ["python", "-m", "services.evaluation_export", "rebuild", "registration.pupil"]
    said = kubectl("exec", "-n", APP, "deployment/evaluation-export-worker", "--", *command, seconds=300)
    return said.strip().splitlines()[-1]


def account(_: Trial) -> str:
    """At the end, events written = on the log = processed by each group, and none twice."""
    told = last(drive("count", seconds=600))
    return f"{told['events']} events, {told['checked']} numbers checked, all add up"
