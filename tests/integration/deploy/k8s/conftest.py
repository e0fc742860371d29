"""The base is rendered once by a real kustomize; each test gets a copy that it may change."""

import copy
import os

import pytest

from deploy.k8s.rendering import BASE, KustomizeMissing, Manifest, find_kustomize, render


@pytest.fixture(scope="session")
def kustomize() -> str:
    try:
        return find_kustomize()
    except KustomizeMissing as missing:
        if os.environ.get("SKOLELOEFT_REQUIRE_REAL") == "1":
            pytest.fail(str(missing))
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def _rendered(kustomize: str) -> list[Manifest]:
    return render(BASE, kustomize)


@pytest.fixture
def base(_rendered: list[Manifest]) -> list[Manifest]:
    return copy.deepcopy(_rendered)


@pytest.fixture(scope="session")
def _whole(kustomize: str) -> list[Manifest]:
    return render(BASE.parent / "overlays" / "strimzi-cnpg", kustomize)


@pytest.fixture
def whole(_whole: list[Manifest]) -> list[Manifest]:
    """The overlay with every kind of object."""
    return copy.deepcopy(_whole)
