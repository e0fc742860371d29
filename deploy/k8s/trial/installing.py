"""The first day: data, Secrets, certificate authority and roll-out, with the same commands as in the guide."""

import os
import secrets
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import yaml

from deploy.k8s.trial.certificates import Authority
from deploy.k8s.trial.cluster import APP, DATA, ROOT, TrialFailed, config, create, kubectl, load_images, run, secret

HERE = Path(__file__).parent
IMAGE, DRIVER = "skoleloeft:0.1.0", "skoleloeft-trial:0.1.0"
ROLL_OUT = ROOT / "deploy" / "k8s" / "rollout"
POSTGRES, KAFKA = f"postgres.{DATA}.svc", f"kafka.{DATA}.svc"
CA = "/etc/skoleloeft/ca/ca.crt"
# Every character that an address must encode.
SPECIAL = "/+@%:?#"


def build_images() -> None:
    """Build the platform's image, and one with the journey added, and load them on the nodes."""
    run(["docker", "build", "--quiet", "--tag", IMAGE, "."], seconds=1200)
    context = BytesIO()
    with tarfile.open(fileobj=context, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for folder in ("deploy", "journey", "synthetic"):
            archive.add(ROOT / folder, folder, filter=lambda entry: None if "__pycache__" in entry.name else entry)
        archive.add(HERE / "Dockerfile", "Dockerfile")
    command = ["docker", "build", "--quiet", "--tag", DRIVER, "--build-arg", f"IMAGE={IMAGE}", "-"]
    done = subprocess.run(command, input=context.getvalue(), capture_output=True, check=False, timeout=600)  # noqa: S603
    if done.returncode:
        raise TrialFailed(done.stderr.decode(errors="replace")[-500:])
    load_images(IMAGE, DRIVER, "postgres:17", "apache/kafka:4.1.1")


def remove() -> None:
    """Remove both namespaces of an earlier trial with everything in them."""
    kubectl("delete", "namespace", APP, DATA, "--ignore-not-found", "--timeout=240s", seconds=250)


def start_data() -> Mapping[str, str]:
    """Start PostgreSQL and Kafka with TLS by a private certificate authority; returns the two passwords."""
    authority = Authority()
    passwords = {name: SPECIAL + secrets.token_urlsafe(16) for name in ("postgres", "kafka")}
    postgres, kafka = authority.certify(POSTGRES, "postgres"), authority.certify(KAFKA, "kafka")
    kubectl("apply", "-f", str(HERE / "data" / "namespace.yaml"))
    kubectl("create", "namespace", APP)
    create(
        [
            secret("postgres", DATA, {"password": passwords["postgres"]}),
            secret("postgres-tls", DATA, {"tls.crt": postgres.certificate, "tls.key": postgres.key}),
            secret("kafka", DATA, {"password": passwords["kafka"], "admin": secrets.token_urlsafe(16)}),
            secret("kafka-tls", DATA, {"kafka.pem": kafka.key + kafka.certificate}),
            *(config("skoleloeft-ca", namespace, {"ca.crt": authority.certificate}) for namespace in (APP, DATA)),
        ]
    )
    kubectl("apply", "-k", str(HERE / "data"))
    for name in ("postgres", "kafka"):
        kubectl("rollout", "status", f"statefulset/{name}", "-n", DATA, "--timeout=300s", seconds=310)
    kubectl("wait", "-n", DATA, "--for=condition=complete", "job/rights", "--timeout=180s", seconds=190)
    return passwords


def make_secrets(passwords: Mapping[str, str]) -> None:
    """Make the platform's Secrets with the guide's command."""
    with tempfile.TemporaryDirectory() as folder:
        files = {name: Path(folder) / name for name in passwords}
        for name, path in files.items():
            path.write_text(passwords[name], encoding="utf-8")
        made = Path(folder) / "secrets.yaml"
        command = [
            *(sys.executable, "-m", "deploy.k8s", "secrets"),
            *("--output", str(made), "--namespace", APP),
            *("--database", f"{POSTGRES}:5432", "--admin-password", str(files["postgres"])),
            *("--database-option", "sslmode=verify-full", "--database-option", f"sslrootcert={CA}"),
            *("--kafka", f"{KAFKA}:9092", "--kafka-user", "skoleloeft", "--kafka-password", str(files["kafka"])),
            *("--kafka-option", "security_protocol=SASL_SSL", "--kafka-option", f"ssl_cafile={CA}"),
        ]
        run(command)
        kubectl("create", "-f", str(made))


def roll_out(overlay: Path = HERE / "overlay", *, seconds: float = 1500, check: bool = True) -> str:
    """Run the roll-out script; returns its output."""
    return run([str(ROLL_OUT), str(overlay), APP], seconds=seconds, check=check)


def broken_overlay(folder: Path) -> Path:
    """The trial's overlay with a migration that fails, and a setting that would replace every process."""
    patch = [
        {"op": "replace", "path": "/spec/backoffLimit", "value": 1},
        {
            "op": "replace",
            "path": "/spec/template/spec/containers/0/command",
            "value": ["python", "-c", "raise SystemExit('the migration of the trial fails on purpose')"],
        },
    ]
    made = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": [os.path.relpath((HERE / "overlay").resolve(), folder.resolve())],
        "patches": [{"target": {"kind": "Job", "name": "registration-migrate"}, "patch": yaml.safe_dump(patch)}],
        "configMapGenerator": [
            {
                "name": "skoleloeft-settings",
                "namespace": APP,
                "behavior": "merge",
                "literals": ["SKOLELOEFT_LOG_LEVEL=WARNING"],
            }
        ],
    }
    (folder / "kustomization.yaml").write_text(yaml.safe_dump(made), encoding="utf-8")
    return folder
