"""`python -m quizapp.lab.pulling.child MODULE …`: runs a module as `python -m` does, but never longer than its parent.

The parent holds the other end of standard input. When it is gone, however it went, so is this whole process group.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading


def main() -> None:
    """Run the module that the first argument names, with the others."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


def _end_with_parent() -> None:
    while os.read(0, 1 << 12):
        pass
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
