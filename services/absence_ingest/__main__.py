"""``python -m services.absence_ingest``: api, worker, all, migrate or dead-letters."""

import sys

from libs.shared.runtime.main import main
from services.absence_ingest.wiring import SERVICE

if __name__ == "__main__":
    sys.exit(main(SERVICE, sys.argv[1:]))
