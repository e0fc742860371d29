"""``python -m deploy.embedded.parent_watch MODULE [ARGUMENT…]``: run a module that ends with its parent.

The parent has the other end of this process's standard input and never writes to it. When the parent ends in any way,
the pipe closes and this process ends as after SIGTERM.
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
    """Start the watch, then run the module."""
    module, *arguments = sys.argv[1:]
    threading.Thread(target=_wait, name="parent-watch", daemon=True).start()
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
