"""How code stands with the learner, and the words for it."""

from __future__ import annotations

from enum import StrEnum


class Standing(StrEnum):
    """How the code of a card stands with the learner."""

    OWN = "own"
    """The project's, exactly as it came."""
    ALLOWED = "allowed"
    """The learner was shown exactly this, and said yes."""
    SANDBOX = "sandbox"
    """So it is, but what they said yes to was that a sandbox holds it."""
    CHANGED = "changed"
    """The learner allowed something else under this name."""
    REFUSED = "refused"
    """There is a permission for it, but nothing says that this learner gave it."""
    NEVER = "never"
    """The learner wants nothing of this deck to run."""
    NEW = "new"
    """The learner was not asked yet."""

    @property
    def runs(self) -> bool:
        """Whether code that stands so may run without asking, `SANDBOX` only where one holds it."""
        return self in {Standing.OWN, Standing.ALLOWED, Standing.SANDBOX}

    @property
    def words(self) -> str:
        """A clause of what was decided, such as `it changed since you allowed it`."""
        return _WORDS[self]

    @property
    def sentence(self) -> str:
        """The clause as the beginning of a sentence, without its end."""
        return self.words[0].upper() + self.words[1:]

    def refusal(self, deck: str) -> str:
        """Why code that may not run does not, and what to do."""
        return f"{self.sentence}: `quizapp trust {_WAY_OUT[self].format(deck=deck)}."


_WORDS = {
    Standing.OWN: "it is the project's own",
    Standing.ALLOWED: "you allowed it",
    Standing.SANDBOX: "you allowed it for the sandbox",
    Standing.CHANGED: "it changed since you allowed it",
    Standing.REFUSED: "your key did not sign its permission",
    Standing.NEVER: "you said never to this deck",
    Standing.NEW: "it was not allowed yet",
}
_WAY_OUT = {
    Standing.CHANGED: "diff {deck}` shows what changed",
    Standing.REFUSED: "allow {deck}` shows the code and asks",
    Standing.NEVER: "revoke {deck}` takes that back",
    Standing.NEW: "allow {deck}` shows it and asks",
}
"""What the learner can call where something does not run."""
