"""The current cluster, through kubectl; every call has a time limit."""

import json
import os
import shlex
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[3]
APP, DATA = "skoleloeft-trial", "skoleloeft-trial-data"
PART = "app.kubernetes.io/part-of=skoleloeft"
LOAD = "SKOLELOEFT_CLUSTER_LOAD"


class TrialFailed(Exception):
    """A command of the trial failed, so that its step fails."""


def run(command: Sequence[str], *, given: str | None = None, seconds: float = 120, check: bool = True) -> str:
    """A command's output. Raises ``TrialFailed`` with the end of its error text if it fails and ``check`` is set."""
    try:
        done = subprocess.run(  # noqa: S603 - commands of the trial itself, no shell
            command, input=given, capture_output=True, text=True, timeout=seconds, check=False, cwd=ROOT
        )
    except (OSError, subprocess.TimeoutExpired) as failure:
        raise TrialFailed(f"{shlex.join(command)}: {failure}") from failure
    if check and done.returncode:
        raise TrialFailed(f"{shlex.join(command)}: {done.returncode}: {(done.stderr or done.stdout).strip()[-800:]}")
    return done.stdout if done.returncode == 0 else done.stdout + done.stderr


def kubectl(*words: str, given: str | None = None, seconds: float = 120, check: bool = True) -> str:
    """The output of ``kubectl`` with these words."""
    return run(["kubectl", *words], given=given, seconds=seconds, check=check)


def create(manifests: Sequence[Mapping[str, object]]) -> None:
    """Create these objects."""
    kubectl("apply", "-f", "-", given=yaml.safe_dump_all(manifests))


def secret(name: str, namespace: str, content: Mapping[str, str]) -> Mapping[str, object]:
    """A Secret's manifest."""
    return _object("Secret", name, namespace, stringData=dict(content))


def config(name: str, namespace: str, content: Mapping[str, str]) -> Mapping[str, object]:
    """A ConfigMap's manifest."""
    return _object("ConfigMap", name, namespace, data=dict(content))


def _object(kind: str, name: str, namespace: str, **content: object) -> Mapping[str, object]:
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": name, "namespace": namespace}, **content}


def why_not() -> str | None:
    """The reason why the trial is not possible here; None if it is possible."""
    try:
        answer = kubectl("get", "nodes", "-o", "name", seconds=15, check=False)
    except TrialFailed:
        answer = ""
    if not answer.startswith("node/"):
        return "no cluster answers to kubectl: set KUBECONFIG to one that may be used for trying"
    if not os.environ.get(LOAD):
        return f"{LOAD} is not set: the command that gives an image to the nodes, as in `kind load docker-image`"
    try:
        run(["docker", "version"], seconds=15)
    except TrialFailed:
        return "no Docker engine answers: the images are built with one"
    return None


def load_images(*images: str) -> None:
    """Load local images on the cluster's nodes."""
    run([*shlex.split(os.environ[LOAD]), *images], seconds=600)


def workloads() -> list[str]:
    """The platform's Deployments, by name."""
    names = kubectl("get", "deployment", "-n", APP, "-l", PART, "-o", "name").split()
    return sorted(name.removeprefix("deployment.apps/") for name in names)


def pods(selector: str = PART, namespace: str = APP) -> list[dict[str, Any]]:
    """The pods that ``selector`` matches."""
    found: list[dict[str, Any]] = json.loads(kubectl("get", "pod", "-n", namespace, "-l", selector, "-o", "json"))[
        "items"
    ]
    return found


def restarts() -> int:
    """The number of container restarts of all processes of the platform."""
    return sum(
        status["restartCount"] for pod in pods() for status in pod.get("status", {}).get("containerStatuses", [])
    )


def templates() -> dict[str, str]:
    """The pod template of each Deployment, to find changes."""
    listed = json.loads(kubectl("get", "deployment", "-n", APP, "-l", PART, "-o", "json"))["items"]
    return {made["metadata"]["name"]: json.dumps(made["spec"]["template"], sort_keys=True) for made in listed}


def unready() -> list[str]:
    """The Deployments of which a pod is not ready."""
    listed = json.loads(kubectl("get", "deployment", "-n", APP, "-l", PART, "-o", "json"))["items"]
    return [
        made["metadata"]["name"]
        for made in listed
        if made["status"].get("readyReplicas", 0) != made["spec"]["replicas"]
    ]


def until(condition: Callable[[], bool], seconds: float, what: str) -> float:
    """Wait for a condition; returns the seconds that it took. Raises ``TrialFailed`` after ``seconds``."""
    begun = time.monotonic()
    while not condition():
        if time.monotonic() - begun > seconds:
            raise TrialFailed(f"{what}: not within {seconds:.0f} s")
        time.sleep(1)
    return time.monotonic() - begun


@contextmanager
def away(stateful_set: str) -> Iterator[None]:
    """PostgreSQL or Kafka does not run within the block; it is running and ready after it."""
    kubectl("scale", "statefulset", stateful_set, "-n", DATA, "--replicas=0")
    until(lambda: not pods(f"app={stateful_set}", DATA), 90, f"{stateful_set} ends")
    try:
        yield
    finally:
        kubectl("scale", "statefulset", stateful_set, "-n", DATA, "--replicas=1")
        kubectl("rollout", "status", f"statefulset/{stateful_set}", "-n", DATA, "--timeout=240s", seconds=250)


def drive(*words: str, seconds: float = 600) -> str:
    """Run a command in the driver's pod; returns its output."""
    command = ("python", "-m", "deploy.k8s.trial.driver", *words)
    return kubectl("exec", "-n", APP, "deployment/driver", "--", *command, seconds=seconds)
