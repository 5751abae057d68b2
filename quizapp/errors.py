"""What can go wrong, as one tree.

    QuizappError
    ├── ConfigError            a setting is wrong
    ├── DeckError              a deck cannot be written
    ├── NotesError             notes cannot be read
    ├── StoreError             the review log cannot be read or written
    │   ├── StoreLocked        another process is writing
    │   └── StoreTooNew        a later quizapp wrote it
    ├── LabError               a snippet cannot be run at all (not: it failed)
    │   └── ProtocolError      the worker said something that is not the protocol
    └── PullError              a model cannot be fetched
        └── Unreachable        its source does not answer

Each message is a sentence, or several, that says where, what, and what to do.
"""


class QuizappError(Exception):
    """The root: `cli` prints its message and exits with 2, without a traceback."""


class ConfigError(QuizappError):
    """A setting in the file or in the environment is wrong."""


class DeckError(QuizappError):
    """A deck cannot be written; what is wrong in one is a `cards.card.Problem`, not an exception."""


class NotesError(QuizappError):
    """A file of notes cannot be read, or is no text."""


class StoreError(QuizappError):
    """The review log cannot be read or written."""


class StoreLocked(StoreError):
    """Another process holds the writing lock; the message names it."""


class StoreTooNew(StoreError):
    """The store was written by a later version, which this one must not touch."""


class LabError(QuizappError):
    """The lab cannot run snippets at all."""


class ProtocolError(LabError):
    """The worker said something that is not the protocol."""


class PullError(QuizappError):
    """A model cannot be fetched; what was there before is as it was."""


class Unreachable(PullError):
    """The source of a model does not answer, or not as it should; another one may."""
