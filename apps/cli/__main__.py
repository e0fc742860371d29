"""``python -m apps.cli``: the same as ``skoleloeft``."""

from apps.cli.main import run

if __name__ == "__main__":
    run()
