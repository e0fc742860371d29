"""Checks how processes are kept running: probes, time to stop, spreading, budgets, and Jobs that end."""

import inspect
from collections.abc import Iterator
from typing import Any

from deploy.k8s.connections import replicas
from deploy.k8s.environment import settings_given
from deploy.k8s.rendering import Manifest, containers, of_kind, pod, pod_labels, title
from libs.shared.runtime.processes import LOOP_STOP_SECONDS
from libs.shared.web.server import make_server

PROBES = {"startupProbe": "/health/startup", "readinessProbe": "/health/ready", "livenessProbe": "/health/live"}
SLOWEST_CHECK_SECONDS = 5
JOB_LIMITS = ("backoffLimit", "activeDeadlineSeconds", "ttlSecondsAfterFinished")


def not_kept(manifests: list[Manifest]) -> list[str]:
    """The faults by which a process could hang, be killed before it has stopped, or be lost with one node."""
    faults = [
        f"{title(made)}: {fault}" for made in of_kind(manifests, "Deployment") for fault in _deployment(made, manifests)
    ]
    faults += [f"{title(made)}: {fault}" for made in of_kind(manifests, "Job") for fault in _job(made)]
    return faults


def _deployment(made: Manifest, manifests: list[Manifest]) -> Iterator[str]:
    spec, inner = made["spec"], pod(made)
    for container in containers(made):
        yield from _probes(container)
    drain = sum(
        float(value) for name, value in settings_given(made, manifests).items() if name.endswith("_DRAIN_SECONDS")
    )
    if drain <= 0:
        yield "no time to drain, so that requests arrive at a process that closes"
    needed = drain + _grace_seconds() + LOOP_STOP_SECONDS
    if inner.get("terminationGracePeriodSeconds", 30) < needed:
        yield f"terminationGracePeriodSeconds is under the {needed:.0f} seconds a stop may take"
    if spec.get("strategy", {}).get("rollingUpdate", {}).get("maxUnavailable") != 0:
        yield "a roll-out takes a process away before its successor is ready (maxUnavailable)"
    if replicas(manifests)[made["metadata"]["name"]][0] < 2:
        yield "one replica alone"
    if not any(
        found.get("topologyKey") == "kubernetes.io/hostname" for found in inner.get("topologySpreadConstraints", [])
    ):
        yield "replicas are not spread over nodes"
    labels = pod_labels(made)
    budgets = [
        budget
        for budget in of_kind(manifests, "PodDisruptionBudget")
        if budget["spec"].get("selector", {}).get("matchLabels", {}).items() <= labels.items()
    ]
    if len(budgets) != 1:
        yield f"{len(budgets)} disruption budgets select its pods"
    elif budgets[0]["spec"].get("maxUnavailable") != 1:
        yield "its disruption budget does not let exactly one pod go"


def _probes(container: dict[str, Any]) -> Iterator[str]:
    ports = {port.get("name") for port in container.get("ports", [])}
    for name, path in PROBES.items():
        asked = container.get(name, {}).get("httpGet", {})
        if asked.get("path") != path:
            yield f"{name} does not ask {path}"
        elif asked.get("port") not in ports:
            yield f"{name} asks the port {asked.get('port')}, which the container does not name"
    if container.get("readinessProbe", {}).get("timeoutSeconds", 1) <= SLOWEST_CHECK_SECONDS:
        yield "readinessProbe gives up before the slowest check has answered"


def _grace_seconds() -> float:
    return float(inspect.signature(make_server).parameters["grace_seconds"].default)


def _job(made: Manifest) -> Iterator[str]:
    # Argo CD recreates these Jobs, so no TTL may delete them: Argo CD would report the difference and repair it.
    hooked = "argocd.argoproj.io/hook" in made["metadata"].get("annotations", {})
    for name in JOB_LIMITS:
        if not made["spec"].get(name) and not (hooked and name == "ttlSecondsAfterFinished"):
            yield f"no {name}"
    if pod(made).get("restartPolicy") not in ("OnFailure", "Never"):
        yield "a Job's restartPolicy is OnFailure or Never"
