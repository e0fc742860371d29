"""The secrets of a home, including one that is older than a service."""

from dataclasses import replace
from pathlib import Path

from deploy.embedded.keys import RINGS, ROLES, Keys, load, load_or_make, save
from libs.shared.contracts.topics import SERVICES


def test_each_service_is_given_the_rings_that_it_names_and_no_other() -> None:
    keys = Keys.make()
    assert {service: tuple(keys.of(service)) for service in SERVICES} == {
        service: RINGS.get(service, ()) for service in SERVICES
    }
    assert keys.of("registration")["lookup_keys"] == keys.of("absence_ingest")["lookup_keys"]
    assert keys.of("registration")["data_keys"] != keys.of("absence_ingest")["data_keys"]
    assert all(ring.startswith("k1:") for service in SERVICES for ring in keys.of(service).values())


def test_secrets_made_before_a_service_came_are_completed_and_stay(tmp_path: Path) -> None:
    whole = Keys.make()
    missing = next(iter(ROLES))
    before = replace(
        whole,
        passwords={role: word for role, word in whole.passwords.items() if role != missing},
        data_keys={name: ring for name, ring in whole.data_keys.items() if name != "absence_ingest"},
    )
    path = tmp_path / "keys.json"
    save(before, path)
    after = load_or_make(path)
    assert set(after.passwords) == set(ROLES)
    assert after.passwords.items() >= before.passwords.items()
    assert after.data_keys.items() >= before.data_keys.items()
    assert after.of("absence_ingest")["data_keys"]
    assert load(path) == after == load_or_make(path)
