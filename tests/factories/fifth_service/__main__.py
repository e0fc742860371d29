"""``python -m services.fifth_service``: api, worker, all, migrate or dead-letters."""

import sys

from libs.shared.runtime.main import main
from tests.factories.fifth_service.wiring import SERVICE

if __name__ == "__main__":
    sys.exit(main(SERVICE, sys.argv[1:]))
