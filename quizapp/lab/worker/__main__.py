"""`python -m quizapp.lab.worker`: answers frames on its standard streams until its input ends."""

from __future__ import annotations

import sys

if __name__ == "__main__":
    if sys.platform != "linux":
        sys.exit(
            "The worker forks, which is safe on Linux only. `command` under [lab] can start one on another machine."
        )
    from quizapp.lab.worker.start import main

    main(sys.argv[1:])
