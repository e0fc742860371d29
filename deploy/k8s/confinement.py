"""Checks how pods are confined: Pod Security "restricted", and further requirements."""

import re
from collections.abc import Iterator
from typing import Any

from deploy.k8s.rendering import WORKLOADS, Manifest, containers, of_kind, pod, title

IDLE_MEBIBYTES = 120
_UNITS = {"Ki": 1 / 1024, "Mi": 1.0, "Gi": 1024.0}
_VOLUMES = {"projected", "emptyDir", "configMap", "secret", "downwardAPI"}


def unconfined(manifests: list[Manifest]) -> list[str]:
    """Rights or resources of pods beyond what they need."""
    return [
        f"{title(workload)}: {fault}"
        for workload in of_kind(manifests, *WORKLOADS)
        for fault in (*_pod(pod(workload)), *(fault for made in containers(workload) for fault in _container(made)))
    ]


def _pod(made: dict[str, Any]) -> Iterator[str]:
    context = made.get("securityContext", {})
    if context.get("runAsNonRoot") is not True:
        yield "the pod may run as root (runAsNonRoot)"
    if not context.get("runAsUser"):
        yield "the pod's user is not a number above 0 (runAsUser)"
    if context.get("seccompProfile", {}).get("type") != "RuntimeDefault":
        yield "no seccomp profile RuntimeDefault"
    if context.get("fsGroup") is None:
        yield "no fsGroup, so that the secret files cannot be read"
    for name in ("hostNetwork", "hostPID", "hostIPC"):
        if made.get(name):
            yield f"{name} is shared with the node"
    # Service links would set <SERVICE>_PORT, which is the name of a setting.
    for name in ("automountServiceAccountToken", "enableServiceLinks"):
        if made.get(name) is not False:
            yield f"{name} is not false"
    yield from _volumes(made)


def _volumes(made: dict[str, Any]) -> Iterator[str]:
    volumes = {volume["name"]: volume for volume in made.get("volumes", [])}
    for name, volume in volumes.items():
        kinds = volume.keys() - {"name"}
        if not kinds <= _VOLUMES:
            yield f"volume {name} is of a kind that is not allowed: {', '.join(sorted(kinds))}"
        if "emptyDir" in volume and not (volume["emptyDir"] or {}).get("sizeLimit"):
            yield f"volume {name} has no sizeLimit"
    for container in made["containers"]:
        for mount in container.get("volumeMounts", []):
            if mount["name"] not in volumes:
                yield f"{mount['mountPath']} mounts the volume {mount['name']}, which the pod lacks"


def _container(made: dict[str, Any]) -> Iterator[str]:
    name, context = made["name"], made.get("securityContext", {})
    if context.get("allowPrivilegeEscalation") is not False:
        yield f"container {name}: allowPrivilegeEscalation is not false"
    if context.get("readOnlyRootFilesystem") is not True:
        yield f"container {name}: the root file system can be written"
    if context.get("capabilities") != {"drop": ["ALL"]}:
        yield f"container {name}: capabilities other than dropping ALL"
    if context.get("privileged") or context.get("runAsUser") == 0 or context.get("runAsNonRoot") is False:
        yield f"container {name}: privileged, or root"
    yield from (f"container {name}: {fault}" for fault in (*_image(made.get("image", "")), *_resources(made)))


def _image(image: str) -> Iterator[str]:
    tag = image.rpartition("/")[2].partition(":")[2]
    if "@sha256:" not in image and tag in ("", "latest"):
        yield f"image {image or '(none)'} has no fixed tag"


def _resources(made: dict[str, Any]) -> Iterator[str]:
    resources = made.get("resources", {})
    requests, limits = resources.get("requests", {}), resources.get("limits", {})
    if "cpu" not in requests:
        yield "no request for CPU"
    asked, most = mebibytes(requests.get("memory")), mebibytes(limits.get("memory"))
    if asked is None or most is None:
        yield "no request for memory, or no limit to it"
    elif not IDLE_MEBIBYTES <= asked <= most:
        yield f"memory: {asked:.0f} MiB asked for, at most {most:.0f}; an idle process takes {IDLE_MEBIBYTES}"


def mebibytes(quantity: str | None) -> float | None:
    """A quantity of memory; None if there is none or it is not written with a binary unit."""
    found = re.fullmatch(r"(\d+)(Ki|Mi|Gi)", str(quantity))
    return int(found.group(1)) * _UNITS[found.group(2)] if found else None
