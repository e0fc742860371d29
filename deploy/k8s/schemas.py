"""Manifests against the schemas of Kubernetes versions, as the test packages bundle them."""

from functools import cache
from typing import Any

from deploy.k8s.check_packages import check_package
from deploy.k8s.custom_resources import is_custom
from deploy.k8s.rendering import Manifest, title

OLDEST = (1, 29)


@cache
def _library() -> Any:
    utils = check_package("kubernetes_validate.utils")
    # It reads a schema of a megabyte twice for every object, unless each is kept.
    utils.schema_contents = cache(utils.schema_contents)
    return utils


def versions() -> list[str]:
    """The bundled versions from ``OLDEST`` on. Older ones lack fields that the manifests use.

    Raises ``PackageMissing``.
    """
    found = {version.rpartition(".")[0] for version in _library().all_versions()}
    numbers = sorted(tuple(int(part) for part in version.split(".")) for version in found)
    return [".".join(map(str, number)) for number in numbers if number >= OLDEST]


def invalid(manifests: list[Manifest], version: str) -> list[str]:
    """What one version refuses, strictly: an unknown field is an error. Custom resources have schemas of their own."""
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
