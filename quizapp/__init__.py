"""A terminal quiz whose answers are proved by running a small model."""

__version__ = "0.1.0"
