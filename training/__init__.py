"""Trains the two small models that ship in `quizapp/lab/models`, from text on Debian's packages alone."""
