"""The environment of a workload: variables from its own list and from ConfigMaps, and the secret files it mounts."""

from deploy.k8s.rendering import Manifest, of_kind, pod


def references(workload: Manifest) -> list[str]:
    """The names of the ConfigMaps that it takes variables from."""
    return [
        source["configMapRef"]["name"]
        for container in pod(workload)["containers"]
        for source in container.get("envFrom", [])
        if "configMapRef" in source
    ]


def settings_given(workload: Manifest, manifests: list[Manifest]) -> dict[str, str]:
    """The variables with their values; later ones override earlier ones, as in Kubernetes."""
    maps = {made["metadata"]["name"]: made.get("data", {}) for made in of_kind(manifests, "ConfigMap")}
    given: dict[str, str] = {}
    for name in references(workload):
        given |= maps.get(name, {})
    for container in pod(workload)["containers"]:
        given |= {variable["name"]: variable.get("value", "") for variable in container.get("env", [])}
    return given


CLIENT_CERTIFICATE = "skoleloeft-kafka"
"""The Secret whose files are not settings: a client certificate, which the event log's address names."""


def files_mounted(workload: Manifest) -> dict[str, str]:
    """``secret/key`` by the name of each secret file. A whole Secret has the key ``*``."""
    found: dict[str, str] = {}
    for volume in pod(workload).get("volumes", []):
        sources = [source.get("secret", {}) for source in volume.get("projected", {}).get("sources", [])]
        for source in [*sources, *([volume["secret"]] if "secret" in volume else [])]:
            name = source.get("name") or source.get("secretName", "?")
            if name == CLIENT_CERTIFICATE:
                continue
            if source and "items" not in source:
                found[f"* of {name}"] = f"{name}/*"
            found |= {item["path"]: f"{name}/{item['key']}" for item in source.get("items", [])}
    return found


def mount_path(workload: Manifest) -> str | None:
    """The folder of the secret files, if it is mounted read-only."""
    for container in pod(workload)["containers"]:
        for mount in container.get("volumeMounts", []):
            if mount["name"] == "secrets" and mount.get("readOnly"):
                return str(mount["mountPath"])
    return None


def mounted(workload: Manifest, path: str) -> bool:
    """Whether a file lies in a folder that every container mounts."""
    return all(
        any(path.startswith(f"{mount['mountPath']}/") for mount in container.get("volumeMounts", []))
        for container in pod(workload)["containers"]
    )
