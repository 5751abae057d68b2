"""`python -m training causal|masked|all`: train the models that ship, from nothing; what was begun is gone on with."""

import argparse
import gzip
import json
import math
import sys
import sysconfig
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerFast

from training import baselines, card, causal, corpus, folder, masked, vocabularies
from training.errors import CorpusMissing
from training.fitting import Course

STEPS = {"causal": 15_000, "masked": 16_000}
"""As many as an hour of one core takes, about."""
POLISHING = 50
"""For so many steps of the causal model there is one more that polishes it."""
HELD_OUT = Path(__file__).parent / "held_out.jsonl.gz"


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the corpus, train what was asked for, write the folders; 0 when done, 2 when the text is missing."""
    options = _options(arguments)
    torch.set_num_threads(1)
    named = {name: getattr(options, name) for name in corpus.Sources.__dataclass_fields__}
    try:
        text = corpus.read(corpus.Sources(**named))
    except CorpusMissing as missing:
        print(missing, file=sys.stderr)
        return 2
    print(f"{len(text.train):,} documents to learn from, {len(text.held_out):,} held out, sha256 {text.sha256}")
    _keep_held_out(options.held_out, text)
    for role in ("causal", "masked") if options.role == "all" else (options.role,):
        torch.manual_seed(options.seed)
        _TRAINERS[role](text, options)
    return 0


def _train_causal(text: corpus.Corpus, options: argparse.Namespace) -> None:
    tokenizer = vocabularies.causal(text.train)
    model = causal.build(tokenizer).to(options.device)
    course = _course("causal", causal.PEAK_RATE, text, options)
    lessons = causal.lessons(tokenizer, text)
    curve = causal.train(model, tokenizer, lessons, text.held_out, course)
    steps, kept = math.ceil(course.steps / POLISHING), course.checkpoint.with_name("causal-polish.pt")
    last = replace(course, steps=steps, peak=causal.POLISHING_RATE, checkpoint=kept)
    polished = causal.polish(model, tokenizer, lessons, text.held_out, last)
    curve.held_out += [(course.steps + at, bits) for at, bits in polished.held_out[-1:]]
    bits = {"this model": causal.bits_per_byte(model, tokenizer, text.held_out)}
    bits["bigram"] = causal.bigram_bits_per_byte(tokenizer, text.train, text.held_out)
    bits |= baselines.compressed_bits_per_byte(text.held_out)
    figures = {"bits per byte": {name: f"{value:.3f}" for name, value in bits.items()}}
    _write("causal", model, tokenizer, card.Report(text, course, curve, "bits per byte, held out", figures), options)


def _train_masked(text: corpus.Corpus, options: argparse.Namespace) -> None:
    tokenizer = vocabularies.masked(text.train)
    model = masked.build(tokenizer).to(options.device)
    course = _course("masked", masked.PEAK_RATE, text, options)
    curve = masked.train(model, tokenizer, text, course)
    shares = {"this model": masked.accuracy(model, tokenizer, text.held_out)}
    shares |= masked.counted_accuracy(tokenizer, text.train, text.held_out)
    figures = {
        "hidden piece is the first guess": {name: f"{first:.1%}" for name, (first, _) in shares.items()},
        "hidden piece is among five guesses": {name: f"{five:.1%}" for name, (_, five) in shares.items()},
    }
    _write(
        "masked", model, tokenizer, card.Report(text, course, curve, "first guesses right, held out", figures), options
    )


_TRAINERS = {"causal": _train_causal, "masked": _train_masked}


def _course(role: str, peak: float, text: corpus.Corpus, options: argparse.Namespace) -> Course:
    steps = options.steps or STEPS[role]
    command = f"python -m training {role} --steps {steps} --seed {options.seed}"
    checkpoint = options.runs / f"{role}.pt"
    return Course(steps, peak, options.seed, options.device, checkpoint, command, text.sha256)


def _write(
    role: str,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerFast,
    report: card.Report,
    options: argparse.Namespace,
) -> None:
    for measure, values in report.figures.items():
        print(f"{measure}: " + ", ".join(f"{name} {value}" for name, value in values.items()))
    target = options.out / role
    folder.replace(
        target, model.to("cpu"), tokenizer, lambda fresh: card.describe(fresh, role, model, tokenizer, report)
    )
    for checkpoint in options.runs.glob(f"{role}*.pt"):
        checkpoint.unlink()
    print(f"wrote {target}")


def _keep_held_out(file: Path, text: corpus.Corpus) -> None:
    """Write down what was held out, so that the figures can be measured again without the sources."""
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = "".join(f"{json.dumps(document)}\n" for document in text.held_out)
    file.write_bytes(gzip.compress(lines.encode(), 9, mtime=0))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("role", choices=["causal", "masked", "all"], help="which model to train")
    parser.add_argument("--out", type=Path, default=Path("quizapp/lab/models"), help="folder of the models' folders")
    parser.add_argument("--runs", type=Path, default=Path("build/training"), help="folder of unfinished trainings")
    parser.add_argument("--held-out", type=Path, default=HELD_OUT, help="where to write down what was held out")
    parser.add_argument("--steps", type=int, help=f"steps for each model (default: {STEPS})")
    parser.add_argument("--seed", type=int, default=0, help="of weights, batches and masks (default: %(default)s)")
    parser.add_argument(
        "--device", type=torch.device, default=_best_device(), help="cpu or cuda (default: %(default)s)"
    )
    fetched = Path("build/corpus")
    parser.add_argument("--wordnet", type=Path, default=Path("/usr/share/wordnet"), help="folder of WordNet's data.*")
    parser.add_argument("--bible", type=Path, default=fetched / "bible.imp", help="what mod2imp wrote")
    parser.add_argument("--speeches", type=Path, default=fetched / "speeches", help="folder of the addresses' *.txt")
    for name, package in (("guide", "python-sklearn-doc"), ("manual", "python3.11")):
        pages = Path("/usr/share/doc", package, "html/_sources")
        parser.add_argument(f"--{name}", type=Path, default=pages, help="folder of its *.rst.txt")
    library = Path(sysconfig.get_path("stdlib"))
    parser.add_argument("--library", type=Path, default=library, help="folder of Python's own modules")
    return parser.parse_args(arguments)


def _best_device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


if __name__ == "__main__":
    sys.exit(main())
