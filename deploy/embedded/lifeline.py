"""``python -m deploy.embedded.lifeline MODULE [ARGUMENT…]``: run a module that ends with its parent.

The parent holds the other end of our standard input and never writes to it. When it dies, however it dies, the pipe
closes and we end as if asked to.
"""

import os
import runpy
import signal
import sys
import threading


def _wait() -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    """Start the watch, then be the module."""
    module, *arguments = sys.argv[1:]
    threading.Thread(target=_wait, name="lifeline", daemon=True).start()
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
