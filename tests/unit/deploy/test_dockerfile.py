import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
LINES = [line for line in (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
TEXT = "\n".join(LINES)


def test_packages_are_installed_by_their_hashes_from_the_lock_files() -> None:
    assert "--require-hashes" in TEXT
    installed = set(re.findall(r"-r /(requirements/\w+\.txt)", TEXT))
    assert installed == {"requirements/delivery.txt", "requirements/tracing.txt"}
    assert all((ROOT / name).is_file() for name in installed)


def test_no_index_or_download_address_is_named() -> None:
    for name in ("Dockerfile", "docker-compose.yml", ".dockerignore"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert not re.search(r"index-url|https://|trusted-host|\bcurl\b|\bwget\b", text), name


def test_the_process_is_a_numbered_user_other_than_root() -> None:
    users = [line.split()[1] for line in LINES if line.startswith("USER ")]
    assert users == ["10001:10001"]


def test_both_stages_stand_on_the_same_image_so_that_the_environment_finds_its_python() -> None:
    assert {line.split()[1] for line in LINES if line.startswith("FROM ")} == {"python:3.13-slim"}


def test_only_what_is_copied_enters_the_build() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in ignored
    allowed = {line[1:] for line in ignored if line.startswith("!")}
    copied = {
        words[1].split("/")[0] for line in LINES if (words := line.split())[:1] == ["COPY"] and "--" not in words[1]
    }
    assert copied == allowed == {"libs", "services", "apps", "requirements"}
