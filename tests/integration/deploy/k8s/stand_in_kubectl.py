"""Stands in for kubectl: writes its calls to the folder ``STAND_IN``, and reads and changes ``secrets.json`` there."""

import base64
import json
import os
import re
import sys
from pathlib import Path

JOBS = {
    "bootstrap": ["bootstrap"],
    "migrate": ["registration-migrate", "absence-ingest-migrate"],
    "topics": ["topics"],
    "content": ["intervention-catalog-content"],
}
STATES = {"complete": ",True,,", "failed": ",,True,7", "running": ",,,1"}


def jobs(text: str) -> None:
    if os.environ.get("STAND_IN_AWAY"):
        sys.exit("the server does not answer")
    found = re.search(r"component=(\w+)", text)
    for name in JOBS[found.group(1) if found else ""]:
        print(name + STATES[os.environ.get("STAND_IN_" + name.replace("-", "_"), "complete")])


def secret(words: list[str], text: str, secrets: dict[str, dict[str, str]]) -> None:
    name = next((word for word in words[2:] if word in secrets), None)
    if name is None:
        if "range" not in text:
            sys.exit("not found")
        for each, content in secrets.items():
            print(each, json.dumps(content))
    elif "annotations" in text:
        print(secrets[name].get("mark", ""))
    elif found := re.search(r"\.data\.(\w+)", text):
        print(base64.b64encode(secrets[name][found.group(1)].encode()).decode(), end="")
    else:
        print(f"secret/{name}")


def main(words: list[str]) -> None:
    folder, text = Path(os.environ["STAND_IN"]), " ".join(words)
    with (folder / "calls").open("a", encoding="utf-8") as calls:
        calls.write(text + "\n")
    file = folder / "secrets.json"
    secrets: dict[str, dict[str, str]] = json.loads(file.read_text(encoding="utf-8"))
    match words:
        case ["get", "job", *_]:
            jobs(text)
        case ["get", "secret", *_]:
            secret(words, text, secrets)
        case ["patch", "secret", *_]:
            patch = json.loads(Path(words[words.index("--patch-file") + 1]).read_text(encoding="utf-8"))
            name = next(word for word in words if word in secrets)
            secrets[name] |= patch["stringData"] | {"mark": "yes"}
            file.write_text(json.dumps(secrets), encoding="utf-8")
        case ["annotate", *_]:
            secrets[next(word for word in words if word in secrets)].pop("mark", None)
            file.write_text(json.dumps(secrets), encoding="utf-8")
        case ["get", "deployment", *_]:
            print("deployment.apps/registration-api\ndeployment.apps/registration-worker")
        case ["apply", *_] if "--dry-run=client" in words:
            print("registration absence-ingest", end="")
        case ["logs", *_]:
            print("what the failed step said")


if __name__ == "__main__":
    main(sys.argv[1:])
