"""Faults planted in the rendered base: the checks must find each of them."""

from collections.abc import Callable
from typing import Any

import pytest

from deploy.k8s.__main__ import faults
from deploy.k8s.rendering import Manifest
from deploy.k8s.schemas import invalid, versions

pytestmark = pytest.mark.kustomize

Spoil = Callable[[list[Manifest]], object]


def find(manifests: list[Manifest], kind: str, name: str) -> Manifest:
    """The object whose name begins with ``name``; the names of ConfigMaps end with a hash."""
    return next(made for made in manifests if made["kind"] == kind and made["metadata"]["name"].startswith(name))


def deployment(manifests: list[Manifest], name: str = "registration-api") -> dict[str, Any]:
    return dict(find(manifests, "Deployment", name)["spec"])


def pod(manifests: list[Manifest], name: str = "registration-api", kind: str = "Deployment") -> dict[str, Any]:
    made: dict[str, Any] = find(manifests, kind, name)["spec"]["template"]["spec"]
    return made


def app(manifests: list[Manifest], name: str = "registration-api", kind: str = "Deployment") -> dict[str, Any]:
    made: dict[str, Any] = pod(manifests, name, kind)["containers"][0]
    return made


def settings(manifests: list[Manifest], name: str) -> dict[str, Any]:
    made: dict[str, Any] = find(manifests, "ConfigMap", name)["data"]
    return made


def own_secret(manifests: list[Manifest], name: str) -> dict[str, Any]:
    """The service's own Secret, which comes after the shared one."""
    volume = next(volume for volume in pod(manifests, name)["volumes"] if volume["name"] == "secrets")
    made: dict[str, Any] = volume["projected"]["sources"][1]["secret"]
    return made


def secret_items(manifests: list[Manifest], name: str) -> list[dict[str, str]]:
    made: list[dict[str, str]] = own_secret(manifests, name)["items"]
    return made


def item(key: str) -> dict[str, str]:
    return {"key": key, "path": key}


def remove(manifests: list[Manifest], kind: str, name: str) -> None:
    manifests.remove(find(manifests, kind, name))


SPOILED: dict[str, tuple[Spoil, str]] = {
    "no readiness probe": (lambda m: app(m).pop("readinessProbe"), "readinessProbe"),
    "no liveness probe of a worker": (lambda m: app(m, "absence-ingest-worker").pop("livenessProbe"), "livenessProbe"),
    "no startup probe": (lambda m: app(m).pop("startupProbe"), "startupProbe"),
    "a probe of another path": (lambda m: app(m)["livenessProbe"]["httpGet"].update(path="/health"), "/health/live"),
    "a probe of a port not named": (lambda m: app(m)["livenessProbe"]["httpGet"].update(port="web"), "the port web"),
    "a probe too impatient": (lambda m: app(m)["readinessProbe"].update(timeoutSeconds=1), "gives up"),
    "no limit to memory": (lambda m: app(m)["resources"].pop("limits"), "memory"),
    "less memory than an idle process takes": (
        lambda m: app(m)["resources"]["requests"].update(memory="64Mi"),
        "an idle process",
    ),
    "no request for CPU": (lambda m: app(m)["resources"]["requests"].pop("cpu"), "CPU"),
    "the tag latest": (lambda m: app(m).update(image="skoleloeft:latest"), "no fixed tag"),
    "no tag, behind a registry's port": (lambda m: app(m).update(image="images.invalid:5000/skoleloeft"), "fixed tag"),
    "root allowed": (lambda m: pod(m)["securityContext"].pop("runAsNonRoot"), "root"),
    "user 0": (lambda m: pod(m)["securityContext"].update(runAsUser=0), "above 0"),
    "a container as root in a pod that is not": (lambda m: app(m)["securityContext"].update(runAsUser=0), "root"),
    "privilege escalation": (lambda m: app(m)["securityContext"].pop("allowPrivilegeEscalation"), "Escalation"),
    "a root file system that can be written": (
        lambda m: app(m, "bootstrap", "Job")["securityContext"].update(readOnlyRootFilesystem=False),
        "root file system",
    ),
    "a capability added": (lambda m: app(m)["securityContext"]["capabilities"].update(add=["NET_RAW"]), "capabilities"),
    "no seccomp profile": (lambda m: pod(m)["securityContext"].pop("seccompProfile"), "seccomp"),
    "the node's network": (lambda m: pod(m).update(hostNetwork=True), "hostNetwork"),
    "a folder of the node": (
        lambda m: pod(m)["volumes"].append({"name": "node", "hostPath": {"path": "/"}}),
        "hostPath",
    ),
    "scratch space without an end": (
        lambda m: pod(m)["volumes"].append({"name": "more", "emptyDir": {}}),
        "sizeLimit",
    ),
    "the cluster's token mounted": (lambda m: pod(m).pop("automountServiceAccountToken"), "ServiceAccountToken"),
    "service links that overwrite settings": (lambda m: pod(m).pop("enableServiceLinks"), "enableServiceLinks"),
    "killed while it drains": (lambda m: pod(m).update(terminationGracePeriodSeconds=30), "terminationGrace"),
    "no time to drain": (lambda m: settings(m, "registration-").update(REGISTRATION_DRAIN_SECONDS="0"), "drain"),
    "one replica": (lambda m: find(m, "Deployment", "registration-api")["spec"].update(replicas=1), "replica"),
    "all replicas on one node": (lambda m: pod(m).pop("topologySpreadConstraints"), "spread"),
    "a roll-out with a gap": (
        lambda m: deployment(m)["strategy"]["rollingUpdate"].update(maxUnavailable=1),
        "maxUnavailable",
    ),
    "no disruption budget": (lambda m: remove(m, "PodDisruptionBudget", "registration-worker"), "disruption budgets"),
    "a budget that lets nobody go": (
        lambda m: find(m, "PodDisruptionBudget", "registration-api")["spec"].update(maxUnavailable=0),
        "budget",
    ),
    "a worker that runs the API": (lambda m: app(m, "registration-worker")["command"].__setitem__(3, "api"), "worker`"),
    "a misspelled module": (lambda m: app(m)["command"].__setitem__(2, "services.registraton"), "does not run"),
    "arguments that the command lacks": (lambda m: app(m).update(args=["--reload"]), "args"),
    "a worker missing": (lambda m: remove(m, "Deployment", "evaluation-export-worker"), "no workload"),
    "a migration missing": (lambda m: remove(m, "Job", "absence-ingest-migrate"), "no workload"),
    "a Service missing": (lambda m: remove(m, "Service", "absence-ingest"), "no Service"),
    "a Service that selects workers": (
        lambda m: find(m, "Service", "registration")["spec"]["selector"].update(
            {"app.kubernetes.io/component": "worker"}
        ),
        "does not select",
    ),
    "a Service that sends to another port": (
        lambda m: find(m, "Service", "registration")["spec"]["ports"][0].update(targetPort="web"),
        "sends to the port web",
    ),
    "a container port that is not the setting's": (
        lambda m: app(m)["ports"][0].update(containerPort=8080),
        "REGISTRATION_PORT",
    ),
    "health on the public port": (
        lambda m: settings(m, "registration-").update(REGISTRATION_OPERATIONS_PORT="8000"),
        "OPERATIONS_PORT",
    ),
    "a Service that shows health and metrics": (
        lambda m: find(m, "Service", "registration")["spec"]["ports"].append({"port": 9000, "targetPort": "health"}),
        "not the public's",
    ),
    "an authority where nothing is mounted": (
        lambda m: app(m)["env"].append({"name": "SSL_CERT_FILE", "value": "/etc/elsewhere/ca.crt"}),
        "nothing is mounted",
    ),
    "a setting that moves the port away": (
        lambda m: settings(m, "absence-ingest-").update(ABSENCE_INGEST_WORKER_PORT="9001"),
        "WORKER_PORT",
    ),
    "a process that listens to itself alone": (
        lambda m: settings(m, "registration-").update(REGISTRATION_HOST="127.0.0.1"),
        "_HOST",
    ),
    "a misspelled setting": (
        lambda m: settings(m, "skoleloeft-").update(SKOLELOEFT_LOG_LEVL="INFO"),
        "SKOLELOEFT_LOG_LEVL",
    ),
    "another service's settings": (
        lambda m: app(m)["envFrom"][1]["configMapRef"].update(
            name=find(m, "ConfigMap", "absence-ingest-")["metadata"]["name"]
        ),
        "does not read",
    ),
    "settings that are not there": (
        lambda m: app(m)["envFrom"][1]["configMapRef"].update(name="registration-settings"),
        "not here",
    ),
    "a secret key forgotten": (lambda m: secret_items(m, "registration-api").pop(1), "DATA_KEYS"),
    "an API that knows the owner": (
        lambda m: secret_items(m, "registration-api").append(item("registration_owner_database_url")),
        "owner",
    ),
    "a whole Secret mounted": (lambda m: own_secret(m, "registration-api").pop("items"), "* of"),
    "secrets mounted elsewhere": (
        lambda m: app(m)["volumeMounts"][0].update(mountPath="/run/secrets/other"),
        "SECRETS_DIR",
    ),
    "a mount without its volume": (lambda m: pod(m)["volumes"].pop(), "which the pod lacks"),
    "a secret in the manifests": (
        lambda m: m.append(
            {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "registration", "namespace": "skoleloeft"}}
        ),
        "Secret",
    ),
    "a Job that is never given up": (
        lambda m: find(m, "Job", "topics")["spec"].pop("activeDeadlineSeconds"),
        "activeDeadlineSeconds",
    ),
    "a Job that is restarted for ever": (lambda m: pod(m, "topics", "Job").update(restartPolicy="Always"), "restart"),
    "a namespace that admits all pods": (
        lambda m: find(m, "Namespace", "skoleloeft")["metadata"]["labels"].clear(),
        "restricted",
    ),
    "an object outside the namespace": (
        lambda m: find(m, "Service", "registration")["metadata"].pop("namespace"),
        "namespace",
    ),
    "a selector of other pods": (
        lambda m: deployment(m)["selector"]["matchLabels"].update({"app.kubernetes.io/component": "worker"}),
        "selector",
    ),
}

MISSPELLED: dict[str, Spoil] = {
    "a probe's field": (lambda m: app(m)["livenessProbe"].update(failureTreshold=3)),
    "a container's field": (lambda m: app(m).update(imagePullPolice="Always")),
    "a pod's field": (lambda m: pod(m).update(terminationGracePeriodSecond=60)),
    "a port as text": (lambda m: app(m)["ports"][0].update(containerPort="8000")),
    "a Job's field": (lambda m: find(m, "Job", "topics")["spec"].update(backOffLimit=3)),
    "replicas as text": (lambda m: find(m, "Deployment", "registration-api")["spec"].update(replicas="two")),
    "a Deployment without a selector": (lambda m: find(m, "Deployment", "registration-api")["spec"].pop("selector")),
    "a budget of an old version": (
        lambda m: find(m, "PodDisruptionBudget", "registration-api").update(apiVersion="policy/v1beta1")
    ),
    "an unknown kind": (lambda m: find(m, "Service", "registration").update(kind="Servce")),
}


@pytest.mark.parametrize("fault", SPOILED)
def test_a_planted_fault_is_found(base: list[Manifest], fault: str) -> None:
    spoil, told = SPOILED[fault]
    spoil(base)
    found = faults(base)
    assert any(told in line for line in found), found


@pytest.mark.parametrize("fault", MISSPELLED)
def test_a_fault_of_form_is_refused_by_the_oldest_and_the_newest_schemas(base: list[Manifest], fault: str) -> None:
    MISSPELLED[fault](base)
    for version in (versions()[0], versions()[-1]):
        assert invalid(base, version) != []


def policy(manifests: list[Manifest], name: str) -> dict[str, Any]:
    return dict(find(manifests, "NetworkPolicy", name)["spec"])


ADDED: dict[str, tuple[Spoil, str]] = {
    "a policy that selects nothing": (
        lambda m: policy(m, "nothing-but")["podSelector"]["matchLabels"].update({"app": "other"}),
        "selects no pod",
    ),
    "a policy for a port that pods lack": (
        lambda m: policy(m, "requests")["ingress"][0]["ports"][0].update(port="web"),
        "lets in to web",
    ),
    "an ingress to another Service": (
        lambda m: find(m, "Ingress", "skoleloeft")["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"].update(
            name="registraton"
        ),
        "registraton",
    ),
    "an ingress to the inner port": (
        lambda m: find(m, "Ingress", "skoleloeft")["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"].update(
            port={"name": "health"}
        ),
        "no such port",
    ),
    "an ingress without TLS": (lambda m: find(m, "Ingress", "skoleloeft")["spec"].pop("tls"), "TLS"),
    "an autoscaler of nothing": (
        lambda m: find(m, "HorizontalPodAutoscaler", "registration-api")["spec"]["scaleTargetRef"].update(name="gone"),
        "scales gone",
    ),
    "an autoscaler down to one": (
        lambda m: find(m, "HorizontalPodAutoscaler", "registration-api")["spec"].update(minReplicas=1),
        "one replica",
    ),
    "an autoscaler against a number in the manifest": (
        lambda m: find(m, "Deployment", "registration-api")["spec"].update(replicas=2),
        "reset its number",
    ),
    "a monitor of a port that pods lack": (
        lambda m: find(m, "PodMonitor", "skoleloeft")["spec"]["podMetricsEndpoints"][0].update(port="metrics"),
        "asks the port metrics",
    ),
    "a monitor that leaves the workers out": (
        lambda m: find(m, "PodMonitor", "skoleloeft")["spec"]["selector"]["matchExpressions"][0].update(values=["api"]),
        "does not ask absence-ingest-worker",
    ),
}


@pytest.mark.parametrize("fault", ADDED)
def test_a_fault_planted_into_a_component_is_found(whole: list[Manifest], fault: str) -> None:
    spoil, told = ADDED[fault]
    assert faults(whole) == []
    spoil(whole)
    assert any(told in line for line in faults(whole)), faults(whole)
