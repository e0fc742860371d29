"""``python -m services.registration``: api, worker, all, migrate, dead-letters or imports."""

import sys

from libs.shared.runtime.main import main
from services.registration.wiring import SERVICE

if __name__ == "__main__":
    sys.exit(main(SERVICE, sys.argv[1:]))
