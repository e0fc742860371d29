"""``python -m libs.shared.auth.issuer --port N``: run the development issuer."""

import argparse
import os
import sys
from pathlib import Path

import uvicorn

from libs.shared.auth.issuer.app import create_issuer
from libs.shared.auth.issuer.signing import SigningKey
from libs.shared.base.settings import Profile
from libs.shared.observability.logs import configure_logging


def main() -> int:
    """Serve until stopped. Returns 0, or 2 at once outside the development profile."""
    parser = argparse.ArgumentParser(description="Development issuer of access tokens")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--issuer", help="address under which services reach it (default http://HOST:PORT)")
    parser.add_argument("--keys", type=Path, help="directory that keeps the key over restarts (default: a new key)")
    given = parser.parse_args()
    if os.environ.get("SKOLELOEFT_PROFILE") != Profile.DEVELOPMENT:
        sys.stderr.write(
            "The development issuer gives tokens to anybody: it runs under SKOLELOEFT_PROFILE=development only.\n"
        )
        return 2
    configure_logging("development-issuer", "WARNING")
    app = create_issuer(given.issuer or f"http://{given.host}:{given.port}", SigningKey.fresh_or_kept(given.keys))
    uvicorn.run(app, host=given.host, port=given.port, log_config=None, access_log=False, server_header=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
