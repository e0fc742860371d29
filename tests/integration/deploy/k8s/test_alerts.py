"""Every alert fires on its fault and stays quiet otherwise, as Prometheus itself evaluates the rules."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from deploy.k8s.alerts import FOREIGN, alerts, asked, registered, rule_groups
from deploy.k8s.rendering import ROOT

GUIDE = ROOT / "docs" / "guides" / "ops" / "alerts.md"
R = 'namespace="skoleloeft",service="registration",component="worker",pod="w1"'
A = 'namespace="skoleloeft",service="registration",component="api",pod="a1"'
C = 'namespace="skoleloeft",group="registration",pod="w1"'


@dataclass(frozen=True, slots=True)
class Case:
    """Series in Prometheus' notation with one value per minute; at the time ``at`` the alert must fire with these
    labels.

    ``quiet_at`` is the time for the quiet series, if they need more values than ``at`` allows.
    """

    fires: dict[str, str]
    quiet: dict[str, str]
    at: str
    labels: dict[str, str]
    quiet_at: str | None = None


SERVICE = {"namespace": "skoleloeft", "service": "registration"}
GROUP = {"namespace": "skoleloeft", "group": "registration"}
TOPIC = GROUP | {"topic": "catalog.rule-set"}
MUNICIPALITY = GROUP | {"municipality": "101"}
POD = {"namespace": "skoleloeft", "pod": "w1"}


def same(name: str, fires: str, quiet: str, at: str, labels: dict[str, str], *, quiet_at: str | None = None) -> Case:
    """A case with one series: values for which the alert fires, and values for which it stays quiet."""
    return Case({name: fires}, {name: quiet}, at, labels, quiet_at)


CASES = {
    "RelayFailing": same(f"skoleloeft_relay_failing_seconds{{{R}}}", "0+60x20", "0+60x3 0x20", "9m", SERVICE),
    "NoRelayActive": Case(
        {f"skoleloeft_relay_active{{{R}}}": "0x20", f"skoleloeft_relay_active{{{R.replace('w1', 'w2')}}}": "0x20"},
        {f"skoleloeft_relay_active{{{R}}}": "0x20", f"skoleloeft_relay_active{{{R.replace('w1', 'w2')}}}": "1x20"},
        "12m",
        SERVICE,
    ),
    "OutboxWaits": same(
        f"skoleloeft_outbox_oldest_unpublished_seconds{{{R}}}", "0+60x30", "0+60x9 0x20", "18m", SERVICE
    ),
    "EventsSetAside": same(f"skoleloeft_outbox_set_aside{{{R}}}", "0x3 2x20", "0x30", "6m", SERVICE),
    "ConsumerLags": same(
        f'skoleloeft_consumer_lag{{{C},topic="catalog.rule-set"}}', "20000x60", "20000x20 0x40", "40m", TOPIC
    ),
    "DeadLetters": same(
        f'skoleloeft_consumer_dead_letters_total{{{C},topic="catalog.rule-set"}}',
        "_x3 1x20",
        "7x90",
        "8m",
        TOPIC,
        quiet_at="80m",
    ),
    "MunicipalityDeadLetters": same(
        f'skoleloeft_consumer_municipality_dead_letters_total{{{C},municipality="101"}}',
        "_x3 5+5x20",
        "0x3 5x30",
        "12m",
        MUNICIPALITY,
    ),
    "MunicipalityLimited": same(
        f'skoleloeft_consumer_municipality_limited{{{C},municipality="101"}}', "0x3 1x20", "0x30", "6m", MUNICIPALITY
    ),
    "ConsumerStopped": same(
        f'skoleloeft_consumer_stopped{{{C},reason="newer_version"}}',
        "0x3 1x1 _x9",
        "0x30",
        "6m",
        GROUP | {"reason": "newer_version"},
    ),
    "VersionsWentBack": same(
        f'skoleloeft_consumer_ignored_states_total{{{C},topic="catalog.rule-set"}}',
        "_x3 4x20",
        "4x60",
        "6m",
        TOPIC,
        quiet_at="40m",
    ),
    "RebuildHangs": same(
        f'skoleloeft_rebuild_running{{{C},topic="catalog.rule-set"}}', "1x500", "1x100 0x400", "7h", TOPIC
    ),
    "ConsumerRetries": same(
        f'skoleloeft_consumer_retries_total{{{C},error="TimeoutError"}}',
        "0+60x90",
        "0+60x20 1200x70",
        "60m",
        GROUP | {"error": "TimeoutError"},
    ),
    "ProcessAway": same(
        f"up{{{R}}}", "1x3 0x20", "1x3 0x2 1x20", "10m", SERVICE | {"component": "worker", "pod": "w1"}
    ),
    "NotReady": same(
        f'skoleloeft_ready{{{A},check="database"}}',
        "1x3 0x20",
        "1x3 0x3 1x20",
        "10m",
        SERVICE | {"component": "api", "check": "database"},
    ),
    "SchemaBehind": same(f'skoleloeft_ready{{{A},check="schema"}}', "0x30", "0x5 1x30", "15m", SERVICE),
    "Unavailable": same(
        f'skoleloeft_unavailable_answers_total{{{A},cause="database"}}',
        "0+60x30",
        "0+1x30",
        "15m",
        SERVICE | {"cause": "database"},
    ),
    "ServerErrors": same(
        f'skoleloeft_http_request_duration_seconds_count{{{A},method="GET",route="/v1/schools",status="500"}}',
        "_x3 1x20",
        "1x60",
        "5m",
        SERVICE | {"route": "/v1/schools"},
        quiet_at="40m",
    ),
    "SlowAnswers": Case(
        {
            f'skoleloeft_http_request_duration_seconds_bucket{{{A},method="GET",le="{le}"}}': count
            for le, count in (("1", "0x60"), ("5", "0+60x60"), ("+Inf", "0+60x60"))
        },
        {
            f'skoleloeft_http_request_duration_seconds_bucket{{{A},method="GET",le="{le}"}}': "0+60x60"
            for le in ("1", "5", "+Inf")
        },
        "40m",
        SERVICE,
    ),
    "IssuerUnreachable": same(f"skoleloeft_issuer_fetch_failures_total{{{A}}}", "0+2x30", "0x5 1x30", "20m", SERVICE),
    "IssuerKeysOld": Case(
        {
            f"skoleloeft_issuer_keys_age_seconds{{{A}}}": "0+60x30",
            f"skoleloeft_issuer_fetch_failures_total{{{A}}}": "0+1x30",
        },
        # No request had a token, so the keys were not renewed, which is no fault.
        {
            f"skoleloeft_issuer_keys_age_seconds{{{A}}}": "0+60x30",
            f"skoleloeft_issuer_fetch_failures_total{{{A}}}": "3x30",
        },
        "15m",
        SERVICE,
    ),
    "ProcessRestarts": same(
        f'kube_pod_container_status_restarts_total{{{R},container="app"}}', "0+1x30", "0x10 1x30", "20m", POD
    ),
    "KilledForMemory": Case(
        {
            f'kube_pod_container_status_restarts_total{{{R},container="app"}}': "0x5 1x20",
            f'kube_pod_container_status_last_terminated_reason{{{R},container="app",reason="OOMKilled"}}': "0x5 1x20",
        },
        {
            f'kube_pod_container_status_restarts_total{{{R},container="app"}}': "1x60",
            f'kube_pod_container_status_last_terminated_reason{{{R},container="app",reason="OOMKilled"}}': "1x60",
        },
        "10m",
        POD,
    ),
    "StepFailed": Case(
        {'kube_job_status_failed{namespace="skoleloeft",job_name="registration-migrate"}': "1x20"},
        {
            'kube_job_status_failed{namespace="skoleloeft",job_name="registration-migrate"}': "1x20",
            'kube_job_status_succeeded{namespace="skoleloeft",job_name="registration-migrate"}': "1x20",
        },
        "5m",
        {"namespace": "skoleloeft", "job_name": "registration-migrate"},
    ),
}


@pytest.fixture(scope="session")
def promtool() -> str:
    built = Path(os.environ.get("SKOLELOEFT_TEST_CACHE") or ROOT / ".cache") / "bin" / "promtool"
    found = shutil.which("promtool") or (str(built) if built.is_file() else None)
    if found is None:
        reason = "no promtool on the PATH or in .cache/bin (make tools takes it from Debian's package prometheus)"
        if os.environ.get("SKOLELOEFT_REQUIRE_REAL") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def test_every_alert_has_a_case_and_every_case_an_alert() -> None:
    assert {f"Skoleloeft{name}" for name in CASES} == alerts().keys()


@pytest.mark.parametrize("fires", [True, False], ids=["fires", "stays quiet"])
def test_an_alert_fires_on_its_fault_and_on_nothing_less(promtool: str, tmp_path: Path, fires: bool) -> None:
    # Annotations are left out, because the tool compares them in each case; their labels are checked below.
    bare = [
        group | {"rules": [{key: rule[key] for key in rule if key != "annotations"} for rule in group["rules"]]}
        for group in rule_groups()
    ]
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump({"groups": bare}), encoding="utf-8")
    tests = []
    for name, case in CASES.items():
        alert = f"Skoleloeft{name}"
        expected = [{"exp_labels": case.labels | alerts()[alert]["labels"]}] if fires else []
        time = case.at if fires else case.quiet_at or case.at
        tests.append(
            {
                "interval": "1m",
                "name": name,
                "input_series": [
                    {"series": series, "values": values}
                    for series, values in (case.fires if fires else case.quiet).items()
                ],
                "alert_rule_test": [{"eval_time": time, "alertname": alert, "exp_alerts": expected}],
            }
        )
    made = {"rule_files": ["rules.yaml"], "evaluation_interval": "1m", "tests": tests}
    (tmp_path / "tests.yaml").write_text(yaml.safe_dump(made), encoding="utf-8")
    done = subprocess.run(
        [promtool, "test", "rules", str(tmp_path / "tests.yaml")],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_alerts_text_names_labels_that_it_has() -> None:
    for name, case in CASES.items():
        summary = alerts()[f"Skoleloeft{name}"]["annotations"]["summary"]
        assert set(re.findall(r"\$labels\.(\w+)", summary)) <= case.labels.keys(), name


def test_every_alert_has_a_paragraph_that_says_what_to_do() -> None:
    paragraphs = dict(
        re.findall(
            r"^### (Skoleloeft\w+)\n\n(.+?)(?=\n###? |\Z)", GUIDE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
        )
    )
    assert paragraphs.keys() == alerts().keys()
    for name, text in paragraphs.items():
        assert "**Do:**" in text, name
        assert alerts()[name]["annotations"]["runbook"] == f"docs/guides/ops/alerts.md#{name.lower()}"


@pytest.mark.parametrize("alert", alerts())
def test_an_alert_asks_for_metrics_that_the_processes_register(alert: str) -> None:
    names = asked(alerts()[alert]["expr"])
    assert names, "the expression names no metric that is known here"
    assert names - FOREIGN <= registered()
