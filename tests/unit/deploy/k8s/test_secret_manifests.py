"""The Secrets of a new installation are complete, can be read by their readers, and are never overwritten."""

from pathlib import Path

import pytest
import yaml
from sqlalchemy import make_url

from deploy.k8s.secret_manifests import main
from libs.shared.contracts.topics import SERVICES
from libs.shared.eventlog.kafka.address import KafkaAddress

SPECIAL = "/+@%:?#& 'ø"


def write(folder: Path, *more: str, name: str = "secrets.yaml") -> dict[str, dict[str, str]]:
    for password in ("db", "kafka"):
        (folder / password).write_text(f"{SPECIAL}{password}\n", encoding="utf-8")
    words = ["--output", str(folder / name), "--database", "db.example.org:5432", "--kafka", "k1:9093,k2:9093"]
    words += ["--admin-password", str(folder / "db"), "--kafka-user", "skoleloeft"]
    words += ["--kafka-password", str(folder / "kafka"), "--kafka-option", "security_protocol=SASL_SSL"]
    assert main([*words, *more]) == 0
    made = yaml.safe_load_all((folder / name).read_text(encoding="utf-8"))
    return {secret["metadata"]["name"]: secret["stringData"] for secret in made}


def test_passwords_with_any_sign_reach_both_servers_as_they_are(tmp_path: Path) -> None:
    made = write(tmp_path)
    kafka = KafkaAddress.parse(made["skoleloeft"]["skoleloeft_event_log"])
    assert (kafka.user, kafka.password) == ("skoleloeft", f"{SPECIAL}kafka")
    assert kafka.bootstrap == "k1:9093,k2:9093"
    admin = make_url(made["skoleloeft-admin"]["skoleloeft_admin_database_url"])
    assert (admin.username, admin.password, admin.database) == ("postgres", f"{SPECIAL}db", "postgres")


def test_each_service_has_its_own_passwords_and_both_that_look_pupils_up_share_one_ring(tmp_path: Path) -> None:
    made = write(tmp_path)
    addresses = [value for content in made.values() for name, value in content.items() if name.endswith("database_url")]
    assert len({make_url(address).password for address in addresses}) == len(addresses) == 2 * len(SERVICES) + 1
    registration, absence = made["registration"], made["absence-ingest"]
    assert registration["registration_lookup_keys"] == absence["absence_ingest_lookup_keys"]
    rings = {registration[f"registration_{name}_keys"] for name in ("data", "lookup", "blind_index")}
    assert len(rings | {absence["absence_ingest_data_keys"]}) == 4


def test_options_stand_in_every_address_and_a_suffix_keeps_two_installations_apart(tmp_path: Path) -> None:
    path = "/etc/skoleloeft/ca/ca.crt"
    options = ("--database-option", "sslmode=verify-full", "--database-option", f"sslrootcert={path}")
    made = write(tmp_path, *options, "--database-suffix", "staging", "--namespace", "skoleloeft-staging")
    url = make_url(made["absence-ingest"]["absence_ingest_database_url"])
    assert (url.username, url.database) == ("absence_ingest_staging_app", "absence_ingest_staging")
    for content in made.values():
        for name, value in content.items():
            if name.endswith("database_url"):
                assert dict(make_url(value).query) == {"sslmode": "verify-full", "sslrootcert": path}
    namespaces = {
        entry["metadata"]["namespace"] for entry in yaml.safe_load_all((tmp_path / "secrets.yaml").read_text())
    }
    assert namespaces == {"skoleloeft-staging"}


def test_the_file_is_its_owners_alone_and_is_never_written_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path)
    file = tmp_path / "secrets.yaml"
    before = file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    words = [
        "--output",
        str(file),
        "--database",
        "db:5432",
        "--kafka",
        "k:9092",
        "--admin-password",
        str(tmp_path / "db"),
    ]
    assert main(words) == 1
    assert "only copy" in capsys.readouterr().err
    assert file.read_bytes() == before


def test_a_kafka_user_without_a_password_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--output", str(tmp_path / "made"), "--database", "db:5432", "--kafka", "k:9092", "--admin-password", "x"]
    assert main([*words, "--kafka-user", "skoleloeft"]) == 1
    assert "--kafka-password" in capsys.readouterr().err
