"""``python -m libs.shared.cli``: the same as ``skoleloeft``."""

from libs.shared.cli.main import run

if __name__ == "__main__":
    run()
