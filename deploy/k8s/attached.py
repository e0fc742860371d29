"""Checks of components: whether each object finds its target (pods, ports, Services, Deployments)."""

from collections.abc import Iterator
from typing import Any

from deploy.k8s.rendering import WORKLOADS, Manifest, containers, of_kind, pod_labels, title


def unattached(manifests: list[Manifest]) -> list[str]:
    """Objects whose target does not exist."""
    checks = {
        "NetworkPolicy": _policy,
        "Ingress": _ingress,
        "HorizontalPodAutoscaler": _autoscaler,
        "PodMonitor": _monitor,
    }
    return [
        f"{title(made)}: {fault}"
        for kind, check in checks.items()
        for made in of_kind(manifests, kind)
        for fault in check(made, manifests)
    ]


def selects(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    """Whether a label selector matches these labels."""
    if not selector.get("matchLabels", {}).items() <= labels.items():
        return False
    for rule in selector.get("matchExpressions", []):
        there = labels.get(rule["key"])
        wanted = {
            "In": there in rule.get("values", []),
            "NotIn": there not in rule.get("values", []),
            "Exists": there is not None,
            "DoesNotExist": there is None,
        }
        if not wanted[rule["operator"]]:
            return False
    return True


def _chosen(selector: dict[str, Any], manifests: list[Manifest]) -> list[Manifest]:
    return [made for made in of_kind(manifests, *WORKLOADS) if selects(selector, pod_labels(made))]


def _ports(workload: Manifest) -> set[str]:
    return {port["name"] for made in containers(workload) for port in made.get("ports", [])}


def _policy(made: Manifest, manifests: list[Manifest]) -> Iterator[str]:
    chosen = _chosen(made["spec"]["podSelector"], manifests)
    if not chosen:
        yield "selects no pod"
    for rule in made["spec"].get("ingress", []):
        for port in rule.get("ports", []):
            name = port["port"]
            yield from (f"lets in to {name}, which {title(one)} lacks" for one in chosen if name not in _ports(one))


def _ingress(made: Manifest, manifests: list[Manifest]) -> Iterator[str]:
    services = {found["metadata"]["name"]: found for found in of_kind(manifests, "Service")}
    for rule in made["spec"].get("rules", []):
        for path in rule["http"]["paths"]:
            backend = path["backend"]["service"]
            ports = {port["name"] for port in services.get(backend["name"], {}).get("spec", {}).get("ports", [])}
            if backend.get("port", {}).get("name") not in ports:
                yield f"sends {rule.get('host')} to {backend['name']}, which has no such port"
    if not made["spec"].get("tls"):
        yield "no TLS: tokens would pass in the clear"


def _autoscaler(made: Manifest, manifests: list[Manifest]) -> Iterator[str]:
    name = made["spec"]["scaleTargetRef"]["name"]
    target = next((found for found in of_kind(manifests, "Deployment") if found["metadata"]["name"] == name), None)
    if target is None:
        yield f"scales {name}, which is not here"
    elif "replicas" in target["spec"]:
        yield f"scales {name}, but every roll-out would reset its number of replicas"


def _monitor(made: Manifest, manifests: list[Manifest]) -> Iterator[str]:
    chosen = {found["metadata"]["name"] for found in _chosen(made["spec"]["selector"], manifests)}
    ours = {found["metadata"]["name"] for found in of_kind(manifests, "Deployment")}
    yield from (f"does not ask {name}" for name in sorted(ours - chosen))
    for endpoint in made["spec"]["podMetricsEndpoints"]:
        for found in _chosen(made["spec"]["selector"], manifests):
            if endpoint.get("port") not in _ports(found):
                yield f"asks the port {endpoint.get('port')}, which {title(found)} lacks"
