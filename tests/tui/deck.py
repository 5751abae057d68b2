"""One card of each kind, with text that tries to be more than text."""

ALL_KINDS = """\
deck: kinds
title: "每种卡片 [bold]one of each[/]"
cards:
  - id: recall
    section: "2-2"
    question: |
      Do logits sum to 1? `y[i]` and [/INST] and [@click=app.quit]press[/] are only text; 输出的 logits 不是概率。
    answer: "No. `softmax` makes them probabilities: [link](https://example.invalid) stays text."
    corrects: "The note says they do."
    verify: &none_
      model: causal
      code: |
        logits = model(**tokenizer("The cat", return_tensors="pt")).logits[0, -1]
        assert not torch.isclose(logits.sum(), torch.tensor(1.0))
        assert torch.isclose(logits.softmax(-1).sum(), torch.tensor(1.0))
  - id: choices
    question: Which size has the last dimension of the logits?
    choices:
      - {text: the hidden size, why: the head has not run yet}
      - {text: the vocabulary size, right: true, why: one score for each token}
      - the number of labels
    verify: {model: causal, code: "assert True"}
  - id: typed
    question: Which label does the loss ignore?
    type: {accept: ["-100", "minus 100"], ignore_case: true}
    verify: {model: none, code: "assert True"}
  - id: cloze
    cloze: "Labels of {{c1::-100}} are ignored by {{c2::cross-entropy}}."
    verify: {model: none, code: "assert True"}
  - id: predict
    question: "Sentences of {short} and {long} words: how many columns?"
    answer: The longer one's words, and two.
    vary: {short: [2, 3], long: [7]}
    predict: {value: "long + 2"}
    verify:
      model: masked
      code: |
        batch = tokenizer(["the " * short, "the " * long], padding=True)
        mask = torch.tensor(batch["attention_mask"])
        assert mask.sum() == short + long + 4
""".replace("&none_", "")

ORDER = ("recall", "choices", "typed", "cloze#c1", "predict")
"""In which a new learner meets them; the cloze's second deletion waits a day."""
