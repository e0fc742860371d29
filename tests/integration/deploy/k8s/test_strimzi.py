"""Strimzi's own classes read the manifests for Strimzi, because Strimzi silently ignores unknown fields."""

import copy
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from deploy.k8s.kafka_users import manifests as kafka_users
from deploy.k8s.rendering import BASE, ROOT, Manifest, render

pytestmark = pytest.mark.kustomize

CHECK = Path(__file__).with_name("Strimzi.java")
MODEL = "io.strimzi.api.kafka.model"
CLASSES = {
    "Kafka": f"{MODEL}.kafka.Kafka",
    "KafkaNodePool": f"{MODEL}.nodepool.KafkaNodePool",
    "KafkaUser": f"{MODEL}.user.KafkaUser",
}


@pytest.fixture(scope="session")
def jars() -> Path:
    found = Path(os.environ.get("SKOLELOEFT_TEST_CACHE") or ROOT / ".cache") / "strimzi"
    if not found.is_dir() or shutil.which("javac") is None:
        reason = f"no classes of Strimzi in {found}, or no javac (make tools fetches them where Maven and a JDK are)"
        if os.environ.get("SKOLELOEFT_REQUIRE_REAL") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def unknown_fields(jars: Path, manifests: list[Manifest], folder: Path) -> str:
    words = []
    for index, manifest in enumerate(made for made in manifests if made["kind"] in CLASSES):
        path = folder / f"{index}.yaml"
        path.write_text(yaml.safe_dump(manifest), encoding="utf-8")
        words += [CLASSES[manifest["kind"]], str(path)]
    command = ["java", "-cp", f"{jars}/*", str(CHECK), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    return done.stdout + (done.stderr if done.returncode else "")


def test_strimzi_knows_every_field_and_misses_none_that_is_misspelled(
    jars: Path, kustomize: str, tmp_path: Path
) -> None:
    overlays = BASE.parent / "overlays"
    data = [made for name in ("strimzi-cnpg", "staging") for made in render(overlays / name / "data", kustomize)]
    misspelled = copy.deepcopy(next(made for made in data if made["kind"] == "KafkaUser"))
    authorization = misspelled["spec"]["authorization"]
    authorization["aclz"] = authorization.pop("acls")
    told = unknown_fields(jars, [*data, *kafka_users(), misspelled], tmp_path)
    assert told == "KafkaUser.Spec.Authorization has no field [aclz]\n"
