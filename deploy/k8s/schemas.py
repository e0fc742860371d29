"""Checks manifests against the schemas of Kubernetes versions that a test package bundles."""

from functools import cache
from typing import Any

from deploy.k8s.custom_resources import is_custom
from deploy.k8s.rendering import Manifest, title

OLDEST = (1, 29)


@cache
def _library() -> Any:
    from kubernetes_validate import utils  # type: ignore[import-untyped]  # noqa: PLC0415 - no types; a test package, which the rest does not need

    # It would read a schema of a megabyte twice for every object.
    utils.schema_contents = cache(utils.schema_contents)
    return utils


def versions() -> list[str]:
    """The bundled versions from ``OLDEST`` on. Older ones lack fields that the manifests use."""
    found = {version.rpartition(".")[0] for version in _library().all_versions()}
    numbers = sorted(tuple(int(part) for part in version.split(".")) for version in found)
    return [".".join(map(str, number)) for number in numbers if number >= OLDEST]


def invalid(manifests: list[Manifest], version: str) -> list[str]:
    """The errors that one version's schemas find; an unknown field is an error. Custom resources are checked
    separately.
    """
    utils, faults = _library(), list[str]()
    for manifest in manifests:
        if is_custom(manifest):
            continue
        try:
            utils.validate(manifest, version, strict=True)
        except utils.ValidationError as error:
            place = ".".join(map(str, error.path))
            faults.append(f"{title(manifest)}: Kubernetes {version}: {place or 'the object'}: {error.message[:200]}")
        except utils.SchemaNotFoundError as error:
            faults.append(f"{title(manifest)}: Kubernetes {version}: {error.message}")
        except KeyError as error:
            faults.append(f"{title(manifest)}: Kubernetes {version}: no {error}")
    return faults
