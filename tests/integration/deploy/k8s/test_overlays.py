"""Components alone, together and in the example overlays: each renders without a fault."""

import copy
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.embedded.keys import Keys
from deploy.k8s.__main__ import faults
from deploy.k8s.connections import least_max_connections, replicas
from deploy.k8s.custom_resources import folder as schema_folder
from deploy.k8s.custom_resources import invalid_custom, is_custom
from deploy.k8s.environment import files_mounted
from deploy.k8s.installed import not_installable
from deploy.k8s.rendering import BASE, ROOT, WORKLOADS, Manifest, containers, of_kind, render
from deploy.k8s.schemas import invalid, versions
from deploy.k8s.secret_manifests import secret_manifests
from libs.shared.contracts.topics import DEAD_LETTERS, MAX_COMPACTION_LAG_MS, TOPICS
from tests.factories.kafka_rights import may

pytestmark = pytest.mark.kustomize

K8S = BASE.parent
COMPONENTS = sorted(path.parent.name for path in (K8S / "components").glob("*/kustomization.yaml"))
OVERLAYS = sorted(path.parent.name for path in (K8S / "overlays").glob("*/kustomization.yaml"))
# Alternatives to other components; an installation uses one of the two.
ALTERNATIVES = {"scrape-annotations"}
TOGETHER = [name for name in COMPONENTS if name not in ALTERNATIVES]


@pytest.fixture(scope="session")
def schemas() -> None:
    if not schema_folder().is_dir():
        reason = f"no schemas of the operators in {schema_folder()} (make tools fetches them where Go is)"
        if os.environ.get("SKOLELOEFT_REQUIRE_REAL") == "1":
            pytest.fail(reason)
        pytest.skip(reason)


def combined(names: list[str], kustomize: str, tmp_path: Path) -> list[Manifest]:
    """The base with an issuer and these components, rendered as an overlay."""
    overlay = yaml.safe_load((K8S / "overlays" / "example" / "kustomization.yaml").read_text(encoding="utf-8"))
    (tmp_path / "k8s").symlink_to(K8S)
    folder = tmp_path / "overlay"
    folder.mkdir()
    here = os.path.relpath(K8S, folder.resolve())
    overlay |= {"resources": [f"{here}/base"], "components": [f"{here}/components/{name}" for name in names]}
    (folder / "kustomization.yaml").write_text(yaml.safe_dump(overlay), encoding="utf-8")
    return render(folder, kustomize)


def all_faults(manifests: list[Manifest], *asked: str) -> list[str]:
    """The faults by our own checks, by the operators' schemas, and by these versions of Kubernetes (default: the
    newest).
    """
    found = [*faults(manifests), *not_installable(manifests), *invalid_custom(manifests)]
    return found + [fault for version in asked or versions()[-1:] for fault in invalid(manifests, version)]


@pytest.mark.usefixtures("schemas")
@pytest.mark.parametrize("names", [*([name] for name in COMPONENTS), TOGETHER], ids=[*COMPONENTS, "together"])
def test_components_alone_and_together_have_no_fault(names: list[str], kustomize: str, tmp_path: Path) -> None:
    asked = versions() if names == TOGETHER else versions()[-1:]
    assert all_faults(combined(names, kustomize, tmp_path), *asked) == []


@pytest.mark.usefixtures("schemas")
@pytest.mark.parametrize("name", OVERLAYS)
def test_an_example_overlay_has_no_fault(name: str, kustomize: str) -> None:
    assert all_faults(render(K8S / "overlays" / name, kustomize)) == []


@pytest.mark.parametrize("folder", ["components", "overlays"])
def test_each_has_a_readme_and_a_line_in_the_table(folder: str) -> None:
    table = (K8S / folder / "README.md").read_text(encoding="utf-8")
    for name in COMPONENTS if folder == "components" else OVERLAYS:
        assert (K8S / folder / name / "README.md").read_text(encoding="utf-8").startswith(f"# {name}\n")
        assert f"| `{name}` |" in table


@pytest.mark.usefixtures("schemas")
def test_what_the_operators_make_of_the_data_is_valid(kustomize: str) -> None:
    data = render(K8S / "overlays" / "strimzi-cnpg" / "data", kustomize)
    assert invalid_custom(data) == []
    misspelled = copy.deepcopy(data)
    next(of_kind(misspelled, "Cluster"))["spec"]["instnces"] = 2
    assert any("instnces" in fault for fault in invalid_custom(misspelled))


def test_old_states_go_from_the_worked_cluster_as_the_contracts_say() -> None:
    kafka = yaml.safe_load_all((K8S / "overlays" / "strimzi-cnpg" / "data" / "kafka.yaml").read_text(encoding="utf-8"))
    (config,) = [made["spec"]["kafka"]["config"] for made in kafka if made["kind"] == "Kafka"]
    assert config["log.cleaner.max.compaction.lag.ms"] == MAX_COMPACTION_LAG_MS
    assert {topic.max_compaction_lag_ms for topic in TOPICS.values()} == {MAX_COMPACTION_LAG_MS}


def acls(path: Path) -> Iterator[dict[str, Any]]:
    yield from yaml.safe_load(path.read_text(encoding="utf-8"))["spec"]["authorization"]["acls"]


@pytest.mark.parametrize(("overlay", "prefix"), [("strimzi-cnpg", ""), ("staging", "staging.")])
def test_the_kafka_user_may_do_what_the_platform_does_and_touch_nothing_else(overlay: str, prefix: str) -> None:
    path = K8S / "overlays" / overlay / "data" / "kafka-user.yaml"
    for topic in (*TOPICS, *DEAD_LETTERS):
        for operation in ("Create", "Describe", "DescribeConfigs", "AlterConfigs", "Read", "Write"):
            assert may(acls(path), "topic", f"{prefix}{topic}", operation), (topic, operation)
    for group in sorted({group for topic in TOPICS.values() for group in topic.consumers}):
        assert may(acls(path), "group", f"{prefix}{group}", "Read")
    assert may(acls(path), "transactionalId", f"{prefix}writer-relay-registration", "Write")
    other = "staging." if prefix == "" else ""
    assert not may(acls(path), "topic", f"{other}registration.pupil", "Read")


def test_the_image_of_an_overlay_is_the_distributions_version(kustomize: str) -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    for name in OVERLAYS:
        made = render(K8S / "overlays" / name, kustomize)
        images = {found["image"] for workload in of_kind(made, *WORKLOADS) for found in containers(workload)}
        assert {image.rpartition(":")[2] for image in images} == {version}


def test_connections_are_counted_with_every_pod_and_the_surge_of_a_roll_out(
    base: list[Manifest], kustomize: str
) -> None:
    # 4 APIs × 3 × 5; 4 workers × 3 × 5 and 8 connections outside their pools × 3; 15 for everything else.
    assert least_max_connections(base) == 4 * 3 * 5 + 4 * 3 * 5 + 8 * 3 + 15
    guide = (ROOT / "docs" / "guides" / "ops" / "kubernetes.md").read_text(encoding="utf-8")
    assert f"at least {least_max_connections(base)}," in guide
    made = render(K8S / "overlays" / "strimzi-cnpg", kustomize)
    assert replicas(made)["registration-api"] == (2, 6)
    cluster = next(of_kind(render(K8S / "overlays" / "strimzi-cnpg" / "data", kustomize), "Cluster"))
    allowed = int(cluster["spec"]["postgresql"]["parameters"]["max_connections"])
    assert 4 * 7 * 5 + 4 * 5 * 5 + 8 * 5 + 15 == least_max_connections(made) <= allowed


def test_the_command_for_secrets_makes_exactly_the_keys_that_pods_mount(base: list[Manifest]) -> None:
    made = secret_manifests(Keys.make(), namespace="x", event_log="x", admin_url="x", database="db:5432", options="")
    keys = {f"{entry['metadata']['name']}/{key}" for entry in map(dict, made) for key in entry["stringData"]}  # type: ignore[index,attr-defined]
    mounted = {origin for workload in of_kind(base, *WORKLOADS) for origin in files_mounted(workload).values()}
    assert keys == mounted


def test_every_pod_mounts_the_authorities_that_addresses_name_and_starts_without_them(base: list[Manifest]) -> None:
    for workload in of_kind(base, *WORKLOADS):
        spec = workload["spec"]["template"]["spec"]
        volume = next(volume for volume in spec["volumes"] if volume["name"] == "ca")
        assert volume["configMap"] == {"name": "skoleloeft-ca", "optional": True}
        for container in spec["containers"]:
            assert {"name": "ca", "mountPath": "/etc/skoleloeft/ca", "readOnly": True} in container["volumeMounts"]
            assert "SSL_CERT_FILE" not in {variable["name"] for variable in container["env"]}


def test_workers_that_import_may_take_the_memory_of_the_largest_file(base: list[Manifest]) -> None:
    for name in ("registration-worker", "absence-ingest-worker"):
        made = next(found for found in of_kind(base, "Deployment") if found["metadata"]["name"] == name)
        assert containers(made)[0]["resources"]["limits"]["memory"] == "768Mi"


def test_an_overlay_for_trying_is_not_called_installable(kustomize: str) -> None:
    found = not_installable(render(K8S / "trial" / "overlay", kustomize))
    assert any("development" in fault for fault in found)
    assert any("not https" in fault for fault in found)
    assert all("no SKOLELOEFT_OIDC_ISSUER" in fault for fault in not_installable(render(BASE, kustomize)))


def test_a_custom_resource_without_a_schema_is_told(base: list[Manifest]) -> None:
    assert not any(map(is_custom, base))
    stray = {"apiVersion": "example.org/v1", "kind": "Stray", "metadata": {"name": "stray"}}
    assert any("no schema" in fault for fault in invalid_custom([stray]))
