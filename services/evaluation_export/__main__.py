"""``python -m services.evaluation_export``: api, worker, all, migrate or dead-letters."""

import sys

from libs.shared.runtime.main import main
from services.evaluation_export.wiring import SERVICE

if __name__ == "__main__":
    sys.exit(main(SERVICE, sys.argv[1:]))
