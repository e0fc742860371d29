"""``python -m services.intervention_catalog``: api, worker, all, migrate, dead-letters, content or search-quality."""

import sys

from libs.shared.runtime.main import main
from services.intervention_catalog.wiring import SERVICE

if __name__ == "__main__":
    sys.exit(main(SERVICE, sys.argv[1:]))
