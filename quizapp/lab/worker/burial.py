"""The end of a spare: nothing of it stays, and nobody waits for that who has something else to do."""

from __future__ import annotations

import os

from quizapp.lab.worker.processes import sweep
from quizapp.lab.worker.scratch import remove
from quizapp.lab.worker.spare import Spare


class Burial:
    """What is left of a spare, until nothing is: no process that it started, no folder, no descriptor.

    The kernel takes its time to empty the folders of one that has namespaces of its own, and its other runs go on
    meanwhile. One without is alone with the role zygote, and is waited for.
    """

    def __init__(self, spare: Spare) -> None:
        spare.kill()
        self._spare = spare
        self._keeper = os.pidfd_open(spare.keeper.pid) if spare.keeper else None
        self._reaped = False

    def awaited(self) -> int:
        """The descriptor that becomes readable when `over` gets further."""
        return self._keeper if self._reaped and self._keeper is not None else self._spare.exit

    def over(self) -> bool:
        """Do what can be done by now; whether that was all."""
        spare = self._spare
        if spare.keeper is None or self._keeper is None:
            sweep()
            remove(spare.here)
        else:
            self._reaped = self._reaped or os.waitpid(spare.pid, os.WNOHANG)[0] != 0
            if not self._reaped or os.waitid(os.P_PIDFD, self._keeper, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
                return False  # a keeper ends only after all in its namespace were reaped
            spare.keeper.bury()
            os.close(self._keeper)
        spare.channel.close()
        os.close(spare.exit)
        os.close(spare.output)
        return True
