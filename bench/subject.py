"""What is measured: the same code wherever it runs, and how it is loaded without the lab."""

from __future__ import annotations

from dataclasses import dataclass

from quizapp.lab.protocol import NO_MODEL
from quizapp.lab.settings import LabSettings

FORWARD = """\
batch = tokenizer("The cat sat on the", return_tensors="pt").to(device)
with torch.inference_mode():
    logits = model(**batch).logits
print(logits.shape)
assert logits.shape[-1] == model.config.vocab_size
"""
ALGEBRA = "x = torch.eye(3)\nprint(x)\nassert torch.equal(x @ x, x)\n"
IMPORTS = """\
import torch, transformers
from transformers import AutoModelForCausalLM, AutoModelForMaskedLM, AutoTokenizer, BertForMaskedLM, LlamaForCausalLM
torch.set_num_threads(1)
device = torch.device("cpu")
"""
"""What every run needs, whatever the model."""
LOAD_MODEL = """\
tokenizer = transformers.AutoTokenizer.from_pretrained({path!r})
model = transformers.AutoModelFor{kind}LM.from_pretrained({path!r}, dtype=torch.float32).eval()
"""


@dataclass(frozen=True, slots=True)
class Subject:
    """Code in a role, and the model behind that."""

    name: str
    role: str
    settings: LabSettings

    @property
    def code(self) -> str:
        """What is run."""
        return ALGEBRA if self.role == NO_MODEL else FORWARD

    @property
    def load(self) -> str:
        """What binds the names of a model in an interpreter that has imported all it needs."""
        if self.role == NO_MODEL:
            return ""
        return LOAD_MODEL.format(path=self.settings.models[self.role], kind=self.role.title())


def subjects(large: str | None) -> list[Subject]:
    """The shipped models, none, and a large one where its folder is given; all on the CPU."""
    shipped = LabSettings(device="cpu")
    found = [Subject(role, role, shipped) for role in ("causal", "masked", NO_MODEL)]
    if large:
        found.append(Subject("large", "causal", LabSettings(device="cpu", models={"causal": large})))
    return found
