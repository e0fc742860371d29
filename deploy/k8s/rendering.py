"""Manifests as kustomize renders them."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
BASE = Path(__file__).parent / "base"
RENDER_SECONDS = 60

Manifest = dict[str, Any]
WORKLOADS = ("Deployment", "Job")


class KustomizeMissing(Exception):
    """There is no kustomize, or it failed; the message says which."""


def find_kustomize() -> str:
    """The program on the PATH, or the one ``scripts/test-tools`` built. Raises ``KustomizeMissing``."""
    built = Path(os.environ.get("SKOLELOEFT_TEST_CACHE") or ROOT / ".cache") / "bin" / "kustomize"
    found = shutil.which("kustomize") or (str(built) if built.is_file() else None)
    if found is None:
        raise KustomizeMissing("no kustomize on the PATH or in .cache/bin (make tools builds it where Go is)")
    return found


def render(folder: Path, kustomize: str | None = None) -> list[Manifest]:
    """The objects of a folder, in kustomize's order. Raises ``KustomizeMissing`` with its message if it fails."""
    done = subprocess.run(  # noqa: S603 - a program that was looked up, and a folder, no shell
        [kustomize or find_kustomize(), "build", str(folder)],
        capture_output=True,
        text=True,
        timeout=RENDER_SECONDS,
        check=False,
    )
    if done.returncode:
        raise KustomizeMissing(f"kustomize build {folder}: {done.stderr.strip()[-500:]}")
    # The C loader if it is installed, because a rendered overlay has three thousand lines.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return [made for made in yaml.load_all(done.stdout, Loader=loader) if made]


def title(manifest: Manifest) -> str:
    """``Kind/name``."""
    return f"{manifest.get('kind', '?')}/{manifest.get('metadata', {}).get('name', '?')}"


def of_kind(manifests: list[Manifest], *kinds: str) -> Iterator[Manifest]:
    """The objects of these kinds."""
    return (manifest for manifest in manifests if manifest.get("kind") in kinds)


def pod(workload: Manifest) -> dict[str, Any]:
    """The pod's specification in a Deployment or Job."""
    return dict(workload["spec"]["template"]["spec"])


def pod_labels(workload: Manifest) -> dict[str, str]:
    """The labels of the pods that a Deployment or Job makes."""
    return dict(workload["spec"]["template"].get("metadata", {}).get("labels", {}))


def containers(workload: Manifest) -> list[dict[str, Any]]:
    """Every container, including the init containers."""
    made = pod(workload)
    return [*made.get("initContainers", []), *made["containers"]]
