"""Where the review log is kept: SQLite in the learner's data folder.

Import `open_log` and `open_reader` from `quizapp.store.log`, `AsyncStore` from `quizapp.store.thread`;
only the latter is free of SQLAlchemy at import.
"""
