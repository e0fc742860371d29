"""The rendered Kubernetes base matches the schemas of several Kubernetes versions and the code that it runs."""

import tomllib
from pathlib import Path

import pytest
import yaml

from deploy.k8s.__main__ import faults, main
from deploy.k8s.environment import files_mounted, references
from deploy.k8s.expected import processes, service_names
from deploy.k8s.rendering import BASE, ROOT, WORKLOADS, Manifest, containers, of_kind, render
from deploy.k8s.schemas import invalid, versions

pytestmark = pytest.mark.kustomize


@pytest.mark.parametrize("version", versions())
def test_every_object_is_valid_in_this_version(base: list[Manifest], version: str) -> None:
    assert invalid(base, version) == []


def test_several_versions_are_asked() -> None:
    assert len(versions()) >= 5


def test_our_own_checks_find_nothing(base: list[Manifest]) -> None:
    assert faults(base) == []


@pytest.mark.parametrize("folder", sorted(path.parent.name for path in BASE.glob("*/kustomization.yaml")))
def test_each_folder_says_in_a_readme_what_it_is_and_renders_alone(folder: str, kustomize: str) -> None:
    assert (BASE / folder / "README.md").read_text(encoding="utf-8").startswith(f"# {folder}\n")
    if folder != "common":  # a component cannot be rendered alone
        alone = render(BASE / folder, kustomize)
        assert invalid(alone, versions()[0]) == []


def test_each_service_has_a_folder_with_the_same_files() -> None:
    for service in service_names():
        folder = BASE / service.replace("_", "-")
        there = {path.name for path in folder.iterdir()}
        assert {"api.yaml", "worker.yaml", "migrate.yaml", "settings.env", "kustomization.yaml"} <= there


def test_compose_mounts_the_same_secrets_as_kubernetes(base: list[Manifest]) -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    for workload in of_kind(base, *WORKLOADS):
        # In compose, the event log's address is not a secret, because Kafka needs no password there.
        mounted = files_mounted(workload).keys() - {"skoleloeft_event_log"}
        assert mounted == set(compose[workload["metadata"]["name"]].get("secrets", ())), workload["metadata"]["name"]


def test_the_readme_lists_exactly_the_keys_that_pods_mount(base: list[Manifest]) -> None:
    readme = (BASE.parent / "README.md").read_text(encoding="utf-8")
    table = readme.partition("| Secret | keys |")[2].partition("\n\n")[0]
    rows = [line.split("|")[1:3] for line in table.splitlines() if line.strip().startswith("| `")]
    listed = {f"{name.strip().strip('`')}/{key}" for name, keys in rows for key in _quoted(keys) if key.islower()}
    mounted = {origin for workload in of_kind(base, *WORKLOADS) for origin in files_mounted(workload).values()}
    assert {entry for entry in listed if ":" not in entry} == mounted


def _quoted(text: str) -> list[str]:
    return text.split("`")[1::2]


def test_the_image_is_the_distributions_version(base: list[Manifest]) -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    images = {made["image"] for workload in of_kind(base, *WORKLOADS) for made in containers(workload)}
    assert images == {f"skoleloeft:{version}"}


def test_an_overlay_adds_the_issuer_and_rolls_every_process_that_reads_it(
    base: list[Manifest], kustomize: str, tmp_path: Path
) -> None:
    overlay = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": [str(Path("..") / "base")],
        "configMapGenerator": [
            {
                "name": "skoleloeft-settings",
                "namespace": "skoleloeft",
                "behavior": "merge",
                "literals": ["SKOLELOEFT_OIDC_ISSUER=https://login.example.invalid"],
            }
        ],
    }
    (tmp_path / "overlay").mkdir()
    (tmp_path / "overlay" / "kustomization.yaml").write_text(yaml.safe_dump(overlay), encoding="utf-8")
    (tmp_path / "base").symlink_to(BASE)
    made = render(tmp_path / "overlay", kustomize)
    assert faults(made) == []
    for before, after in zip(of_kind(base, "Deployment"), of_kind(made, "Deployment"), strict=True):
        assert before["metadata"]["name"] == after["metadata"]["name"]
        assert references(before)[0] != references(after)[0], "the shared settings changed their hash"
        assert references(before)[1] == references(after)[1], "the service's own did not"


def test_the_roll_out_knows_every_step_in_an_order_that_works() -> None:
    script = (BASE.parent / "rollout").read_text(encoding="utf-8")
    steps = script.partition("\nsteps=(")[2].partition(")")[0].split()
    assert set(steps) == {process.component for process in processes().values() if not process.serves}
    assert steps.index("bootstrap") < steps.index("migrate") < steps.index("content")
    assert steps.index("topics") < steps.index("content")


def test_the_command_prints_what_is_wrong_and_fails(
    kustomize: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "kustomization.yaml").write_text("resources: [job.yaml]\n", encoding="utf-8")
    job = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "stray"},
        "spec": {"template": {"spec": {"containers": [{"name": "app", "image": "skoleloeft"}]}}},
    }
    (tmp_path / "job.yaml").write_text(yaml.safe_dump(job), encoding="utf-8")
    assert main([str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert "Job/stray: not a process of the platform" in said
    assert "registration-api: no workload runs this process" in said
    (tmp_path / "job.yaml").unlink()
    assert main([str(tmp_path)]) == 2
