"""The scripts of a roll-out, with a stand-in for kubectl: the order of their steps, and what they do not change."""

import json
from pathlib import Path

import pytest

from deploy.k8s.rendering import ROOT
from tests.integration.deploy.k8s.stand_in import StandIn

ROLL_OUT = ROOT / "deploy" / "k8s" / "rollout"
ROTATE = ROOT / "deploy" / "k8s" / "rotate-database-password"
STEPS = ("bootstrap", "migrate", "topics", "content")
RENDERED = "".join(
    f"kind: Job\nmetadata:\n  labels:\n    app.kubernetes.io/component: {step}\n  namespace: skoleloeft\n---\n"
    for step in STEPS
)


def addresses(service: str) -> dict[str, str]:
    return {
        f"{service}_database_url": f"postgresql://{service}_app:old%2Fone@db:5432/{service}?sslmode=verify-full",
        f"{service}_owner_database_url": f"postgresql://{service}_owner:old@db:5432/{service}?sslmode=verify-full",
    }


@pytest.fixture
def cluster(tmp_path: Path) -> StandIn:
    secrets = {"registration": addresses("registration"), "absence-ingest": addresses("absence_ingest")}
    return StandIn(tmp_path, RENDERED, json.dumps(secrets))


def applied(cluster: StandIn) -> list[str]:
    """The selector of each apply call."""
    real = [call for call in cluster.calls if call.startswith("apply") and "--dry-run" not in call]
    return [call.partition("-l app.kubernetes.io/component")[2].strip(" =") for call in real]


def test_steps_come_one_after_the_other_and_the_processes_last(cluster: StandIn) -> None:
    done = cluster.run(ROLL_OUT)
    assert done.returncode == 0, done.stderr
    assert applied(cluster) == ["notin (api,worker,bootstrap,migrate,topics,content)", *STEPS, "in (api,worker)"]
    assert cluster.calls[-1].startswith("rollout status -n skoleloeft")


def test_a_failed_migration_ends_the_roll_out_with_its_log_and_touches_no_process(cluster: StandIn) -> None:
    done = cluster.run(ROLL_OUT, registration_migrate="failed")
    assert done.returncode == 1
    assert "registration-migrate failed" in done.stderr
    assert "what the failed step said" in done.stderr
    assert applied(cluster)[1:] == ["bootstrap", "migrate"]


def test_a_step_that_never_ends_is_given_up(cluster: StandIn) -> None:
    done = cluster.run(ROLL_OUT, absence_ingest_migrate="running", SKOLELOEFT_STEP_SECONDS="0")
    assert done.returncode == 1
    assert "absence-ingest-migrate not complete" in done.stderr
    assert applied(cluster)[1:] == ["bootstrap", "migrate"]


def test_a_cluster_that_stops_answering_ends_the_roll_out(cluster: StandIn) -> None:
    done = cluster.run(ROLL_OUT, STAND_IN_AWAY="1")
    assert done.returncode != 0
    assert "in (api,worker)" not in applied(cluster)


def test_nothing_is_applied_while_a_secret_is_missing(cluster: StandIn, tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text('{"registration": {}}', encoding="utf-8")
    done = cluster.run(ROLL_OUT)
    assert done.returncode == 1
    assert "no Secret absence-ingest" in done.stderr
    assert applied(cluster) == []


def test_a_step_that_the_overlay_leaves_out_is_left_out(cluster: StandIn, tmp_path: Path) -> None:
    (tmp_path / "rendered.yaml").write_text(RENDERED.partition("---\n")[2], encoding="utf-8")
    assert cluster.run(ROLL_OUT).returncode == 0
    assert applied(cluster)[1:] == [*STEPS[1:], "in (api,worker)"]


@pytest.mark.parametrize("script", [ROLL_OUT, ROTATE])
def test_another_namespace_than_the_overlays_is_refused_or_used_everywhere(
    cluster: StandIn, tmp_path: Path, script: Path
) -> None:
    if script == ROLL_OUT:
        assert cluster.run(script, "elsewhere").returncode == 2
    (tmp_path / "rendered.yaml").write_text(
        RENDERED.replace("namespace: skoleloeft", "namespace: elsewhere"), encoding="utf-8"
    )
    assert cluster.run(script, "elsewhere").returncode == 0
    assert not [call for call in cluster.calls if "-n skoleloeft" in call]


def test_rotation_takes_the_other_logins_with_new_passwords_and_ends_the_old_ones_last(cluster: StandIn) -> None:
    done = cluster.run(ROTATE)
    assert done.returncode == 0, done.stderr
    made = json.loads(cluster.secrets)
    assert made["registration"]["registration_database_url"].startswith("postgresql://registration_app_b:")
    assert made["registration"]["registration_owner_database_url"].startswith("postgresql://registration_owner_b:")
    assert made["absence-ingest"]["absence_ingest_database_url"].endswith("@db:5432/absence_ingest?sslmode=verify-full")
    assert "old" not in cluster.secrets
    assert "mark" not in cluster.secrets
    restarts = [index for index, call in enumerate(cluster.calls) if call.startswith("rollout restart")]
    retired = next(index for index, call in enumerate(cluster.calls) if "--retire" in call)
    assert max(restarts) < retired
    assert not [call for call in cluster.calls if "postgresql://" in call], "no password in a list of processes"
    cluster.run(ROTATE)
    assert "registration_app_b" not in cluster.secrets, "the next rotation goes back to the first logins"


def test_a_rotation_that_stopped_goes_on_with_the_logins_it_had_chosen(cluster: StandIn) -> None:
    assert cluster.run(ROTATE, bootstrap="failed").returncode == 1
    chosen = json.loads(cluster.secrets)["registration"]["registration_database_url"]
    assert cluster.run(ROTATE).returncode == 0
    assert json.loads(cluster.secrets)["registration"]["registration_database_url"] == chosen
