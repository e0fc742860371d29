"""Custom resources against the schemas of their operators, which ``scripts/test-tools`` fetches into ``.cache/crds``.

Strictly: as an API server would prune an unknown field without a word, here it is an error.
"""

import os
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from deploy.k8s.check_packages import check_package
from deploy.k8s.rendering import ROOT, Manifest, title

BUILT_IN = ("apps", "autoscaling", "batch", "networking.k8s.io", "policy", "rbac.authorization.k8s.io")
# Strimzi ships no schemas with its classes; the tests read its manifests by the classes themselves.
WITHOUT_SCHEMA = frozenset({"kafka.strimzi.io"})


def folder() -> Path:
    """Where the schemas lie."""
    return Path(os.environ.get("SKOLELOEFT_TEST_CACHE") or ROOT / ".cache") / "crds"


def is_custom(manifest: Manifest) -> bool:
    """Whether an operator, and not Kubernetes itself, knows this kind."""
    group, slash, _ = manifest.get("apiVersion", "").partition("/")
    return bool(slash) and group not in BUILT_IN


@cache
def schemas() -> dict[tuple[str, str], dict[str, Any]]:
    """Each fetched schema by ``apiVersion`` and ``kind``; empty if none was fetched."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for path in sorted(folder().glob("*.yaml")):
        for made in yaml.load_all(
            path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        ):
            if made and made.get("kind") == "CustomResourceDefinition":
                spec = made["spec"]
                for version in spec["versions"]:
                    key = (f"{spec['group']}/{version['name']}", spec["names"]["kind"])
                    found[key] = _strict(version["schema"]["openAPIV3Schema"])
    return found


def _strict(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_strict(entry) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: _strict(value) for name, value in schema.items()}
    if schema.get("x-kubernetes-int-or-string") is True:
        made.pop("type", None)
        made.pop("anyOf", None)
        made["type"] = ["integer", "string"]
    free = schema.get("x-kubernetes-preserve-unknown-fields") or "additionalProperties" in schema
    if schema.get("type") == "object" and isinstance(schema.get("properties"), dict) and not free:
        made["additionalProperties"] = False
    return made


def invalid_custom(manifests: list[Manifest]) -> list[str]:
    """What the schemas of the operators refuse; a kind without a schema is reported, so that nothing
    passes unchecked. Raises ``PackageMissing``.
    """
    jsonschema, faults = check_package("jsonschema"), list[str]()
    for manifest in filter(is_custom, manifests):
        key = (manifest["apiVersion"], manifest.get("kind", ""))
        if key[0].partition("/")[0] in WITHOUT_SCHEMA:
            continue
        if key not in schemas():
            faults.append(f"{title(manifest)}: no schema of {key[0]} {key[1]} in {folder()} (make tools fetches them)")
            continue
        schema = schemas()[key] | {"properties": schemas()[key]["properties"] | {"metadata": {}}}
        faults += [
            f"{title(manifest)}: {'.'.join(map(str, error.path)) or 'the object'}: {error.message[:200]}"
            for error in jsonschema.Draft202012Validator(schema).iter_errors(manifest)
        ]
    return faults
