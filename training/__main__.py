"""`python -m training causal|masked|all`: train the models that ship, from nothing, in the minutes given."""

import argparse
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerFast

from training import card, causal, corpus, folder, masked, vocabularies
from training.baselines import compressed_bits_per_byte
from training.errors import CorpusMissing


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the corpus, train what was asked for, write the folders; 0 when done, 2 when the text is missing."""
    options = _options(arguments)
    torch.set_num_threads(1)
    try:
        text = corpus.read(corpus.Sources(options.wordnet, options.manual, options.library))
    except CorpusMissing as missing:
        print(missing, file=sys.stderr)
        return 2
    print(f"{len(text.train):,} documents to learn from, {len(text.held_out):,} held out, sha256 {text.sha256}")
    for role in ("causal", "masked") if options.role == "all" else (options.role,):
        torch.manual_seed(options.seed)
        _TRAINERS[role](text, options)
    return 0


def _train_causal(text: corpus.Corpus, options: argparse.Namespace) -> None:
    tokenizer = vocabularies.causal(text.train)
    model = causal.build(tokenizer)
    steps = causal.train(model, tokenizer, text.train, options.minutes, options.seed)
    ours = causal.bits_per_byte(model, tokenizer, text.held_out)
    theirs = compressed_bits_per_byte(text.held_out)
    figures = {"this model, bits per byte": f"{ours:.3f}"}
    figures |= {f"{name}, bits per byte": f"{bits:.3f}" for name, bits in theirs.items()}
    _write("causal", model, tokenizer, text, options, steps, figures)


def _train_masked(text: corpus.Corpus, options: argparse.Namespace) -> None:
    tokenizer = vocabularies.masked(text.train)
    model = masked.build(tokenizer)
    steps = masked.train(model, tokenizer, text.train, options.minutes, options.seed)
    first, five = masked.accuracy(model, tokenizer, text.held_out)
    frequent, five_frequent = masked.unigram_accuracy(tokenizer, text.train, text.held_out)
    figures = {
        "hidden piece is the first guess": f"{first:.1%}",
        "hidden piece is among five guesses": f"{five:.1%}",
        "always guessing the most frequent piece": f"{frequent:.1%}",
        "always guessing the five most frequent": f"{five_frequent:.1%}",
    }
    _write("masked", model, tokenizer, text, options, steps, figures)


_TRAINERS = {"causal": _train_causal, "masked": _train_masked}


def _write(
    role: str,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerFast,
    text: corpus.Corpus,
    options: argparse.Namespace,
    steps: int,
    figures: Mapping[str, str],
) -> None:
    for name, value in figures.items():
        print(f"{name}: {value}")
    command = f"python -m training {role} --minutes {options.minutes:g} --seed {options.seed}"
    target = options.out / role
    folder.replace(target, model, tokenizer, card.write(role, model, tokenizer, text, command, steps, figures))
    print(f"wrote {target}")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("role", choices=["causal", "masked", "all"], help="which model to train")
    parser.add_argument("--out", type=Path, default=Path("quizapp/lab/models"), help="folder of the models' folders")
    parser.add_argument("--minutes", type=float, default=25, help="time to train each model (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of weights, batches and masks (default: %(default)s)")
    parser.add_argument("--wordnet", type=Path, default=Path("/usr/share/wordnet"), help="folder of WordNet's data.*")
    parser.add_argument(
        "--manual",
        type=Path,
        default=Path("/usr/share/doc/python3.11/html/_sources"),
        help="folder of the Python manual's *.rst.txt",
    )
    parser.add_argument(
        "--library", type=Path, default=Path(sysconfig.get_path("stdlib")), help="folder of Python's own modules"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
