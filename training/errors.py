"""What can go wrong before training starts."""


class CorpusMissing(Exception):
    """A source of the corpus is not where it was looked for; the message names the package and the option."""
