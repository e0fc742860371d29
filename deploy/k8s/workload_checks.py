"""Checks that the manifests match the platform: every process, its command, its settings and its addresses."""

from collections.abc import Iterator

from deploy.k8s.environment import files_mounted, mount_path, mounted, references, settings_given
from deploy.k8s.expected import LIBRARY_VARIABLES, SECRETS_DIR, Process, processes
from deploy.k8s.rendering import WORKLOADS, Manifest, containers, of_kind, pod_labels, title


def miswired(manifests: list[Manifest]) -> list[str]:
    """The faults: missing and unknown processes, different commands, unused and missing settings, wrong ports."""
    expected = processes()
    workloads = {made["metadata"]["name"]: made for made in of_kind(manifests, *WORKLOADS)}
    faults = [f"{name}: no workload runs this process" for name in expected.keys() - workloads.keys()]
    faults += [
        f"{title(workloads[name])}: not a process of the platform" for name in workloads.keys() - expected.keys()
    ]
    for name in sorted(expected.keys() & workloads.keys()):
        made = workloads[name]
        found = (*_process(expected[name], made), *_settings(expected[name], made, manifests))
        faults += [f"{title(made)}: {fault}" for fault in found]
    faults += [
        f"{title(made)}: {fault}" for made in of_kind(manifests, "Service") for fault in _service(made, manifests)
    ]
    faults += _services_missing(expected, manifests)
    faults += _namespaces(manifests)
    faults += [f"{title(made)}: the operator gives Secrets; none stands here" for made in of_kind(manifests, "Secret")]
    return faults


def _process(process: Process, made: Manifest) -> Iterator[str]:
    kind = "Deployment" if process.serves else "Job"
    if made["kind"] != kind:
        yield f"should be a {kind}"
    commands = [tuple(container.get("command", ())) for container in made["spec"]["template"]["spec"]["containers"]]
    if commands != [process.command]:
        yield f"does not run `{' '.join(process.command)}`"
    if any(container.get("args") for container in containers(made)):
        yield "has args; the command is whole without"
    labels = pod_labels(made)
    if labels.get("app.kubernetes.io/component") != process.component:
        yield f"is not labelled as component {process.component}"
    selector = made["spec"].get("selector", {}).get("matchLabels")
    if process.serves and not (selector and selector.items() <= labels.items()):
        yield "its selector does not match its own pods"


def _settings(process: Process, made: Manifest, manifests: list[Manifest]) -> Iterator[str]:
    given, files = settings_given(made, manifests), files_mounted(made)
    known = {found["metadata"]["name"] for found in of_kind(manifests, "ConfigMap")}
    yield from (f"takes settings from {name}, which is not here" for name in references(made) if name not in known)
    if mount_path(made) is None or given.get(SECRETS_DIR) != mount_path(made):
        yield f"{SECRETS_DIR} is not where the secret files are mounted read-only"
    for variable in sorted(given.keys() - process.settings.keys() - {SECRETS_DIR} - LIBRARY_VARIABLES.keys()):
        yield f"is given {variable}, which this process does not read"
    for variable in sorted(given.keys() & LIBRARY_VARIABLES.keys()):
        if LIBRARY_VARIABLES[variable] and not mounted(made, given[variable]):
            yield f"{variable} is {given[variable]}, where nothing is mounted"
    for name in sorted(files):
        if name.upper() not in process.settings or name != name.lower():
            yield f"mounts the secret file {name}, which this process does not read"
    read = {name.upper() for name in files} | given.keys()
    yield from (f"lacks {name}" for name, needed in process.settings.items() if needed and name not in read)
    if process.serves and process.service is not None:
        yield from _addresses(process, made, given)


def _addresses(process: Process, made: Manifest, given: dict[str, str]) -> Iterator[str]:
    prefix = str(process.service).upper()
    if given.get(f"{prefix}_HOST") != "0.0.0.0":  # noqa: S104 - within a pod, whose network is its own
        yield f"{prefix}_HOST is not 0.0.0.0, so that nobody outside the container is heard"
    # An API has a separate port for health and metrics, because the public can reach `http`.
    settings = (
        {"http": f"{prefix}_PORT", "health": f"{prefix}_OPERATIONS_PORT"}
        if process.component == "api"
        else {"health": f"{prefix}_WORKER_PORT"}
    )
    ports = {
        port.get("name"): str(port.get("containerPort"))
        for found in containers(made)
        for port in found.get("ports", [])
    }
    for name, setting in settings.items():
        if ports.get(name) != given.get(setting):
            yield f"its port `{name}` has not the number of {setting} ({given.get(setting)})"
    yield from (f"names the port {name}, at which nothing listens" for name in ports.keys() - settings.keys())


def _service(made: Manifest, manifests: list[Manifest]) -> Iterator[str]:
    selector = made["spec"].get("selector") or {}
    chosen = [
        found for found in of_kind(manifests, *WORKLOADS) if selector and selector.items() <= pod_labels(found).items()
    ]
    if [found["metadata"]["name"] for found in chosen] != [f"{made['metadata']['name']}-api"]:
        yield "does not select the pods of its API and of nothing else"
        return
    names = {port.get("name") for container in containers(chosen[0]) for port in container.get("ports", [])}
    for port in made["spec"].get("ports", []):
        if port.get("targetPort") not in names:
            yield f"sends to the port {port.get('targetPort')}, which its pods do not name"
        elif port.get("targetPort") != "http":
            yield f"sends to {port.get('targetPort')}: health and metrics are not the public's"


def _services_missing(expected: dict[str, Process], manifests: list[Manifest]) -> list[str]:
    there = {made["metadata"]["name"] for made in of_kind(manifests, "Service")}
    apis = {name.removesuffix("-api") for name, process in expected.items() if process.component == "api"}
    return [f"{name}: no Service" for name in sorted(apis - there)]


def _namespaces(manifests: list[Manifest]) -> list[str]:
    made = {found["metadata"]["name"]: found for found in of_kind(manifests, "Namespace")}
    faults = [
        f"{title(found)}: its namespace {found['metadata'].get('namespace')} is not made here"
        for found in manifests
        if found.get("kind") != "Namespace" and found["metadata"].get("namespace") not in made
    ]
    faults += [
        f"{title(found)}: does not enforce Pod Security restricted"
        for found in made.values()
        if found["metadata"].get("labels", {}).get("pod-security.kubernetes.io/enforce") != "restricted"
    ]
    return faults
