"""`python -m quizapp.lab.worker`: answers frames on its standard streams until its input ends."""

from __future__ import annotations

from quizapp.lab.worker.zygote import main

if __name__ == "__main__":
    main()
