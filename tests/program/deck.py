"""A deck for a day: one prediction, and one snippet that would run for a minute."""

from __future__ import annotations

DECK = """\
deck: day
title: One day
cards:
  - id: columns
    question: "Two sentences of 2 and 5 words are padded. How many columns?"
    answer: The longer one's words and two.
    predict: {value: "ids.shape[1]"}
    verify:
      model: masked
      code: |
        ids = tokenizer(["the " * 2, "the " * 5], padding=True, return_tensors="pt")["input_ids"]
        print("columns come")
        assert ids.shape[0] == 2
  - id: second
    question: What comes second?
    answer: This.
    verify: {model: none, code: "import time; time.sleep(60); assert True"}
"""
