"""``python -m services.registration api|worker|all|migrate|dead-letters``."""

import sys

from libs.shared.runtime.main import main
from services.registration.wiring import SERVICE

sys.exit(main(SERVICE, sys.argv[1:]))
