"""What code reaches out for, told beside its lines: read from the syntax tree, never by running it.

A help for the eye and no guard: whoever wants to hide a name can. What holds the code is the sandbox.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from quizapp.cards.claims import tree

_BY_NAME = "finds things by name"
_AS_CODE = "runs text as code"
_FILES = "opens files"
_DOWNLOADS = "may download"
NAMES = {
    "open": _FILES,
    "load": _FILES,
    "save": _FILES,
    "save_pretrained": _FILES,
    "from_file": _FILES,
    "exec": _AS_CODE,
    "eval": _AS_CODE,
    "compile": _AS_CODE,
    "system": "starts programs",
    "popen": "starts programs",
    "getattr": _BY_NAME,
    "globals": _BY_NAME,
    "vars": _BY_NAME,
    "__import__": _BY_NAME,
    "import_module": _BY_NAME,
    "from_pretrained": _DOWNLOADS,
    "load_dataset": _DOWNLOADS,
    "hf_hub_download": _DOWNLOADS,
    "snapshot_download": _DOWNLOADS,
    "hub": _DOWNLOADS,
}
"""What is said of a name or an attribute that needs no import."""
MODULES = frozenset({"builtins", "ctypes", "importlib", "io", "multiprocessing", "os", "pathlib", "pickle", "shutil"})
MODULES |= {"socket", "subprocess", "sys", "tempfile", "urllib"}
"""Modules that are as near as `torch.os`."""


def reach(code: str) -> dict[int, tuple[str, ...]]:
    """Notes by line (1-based), such as `imports: urllib` or `opens files`.

    Args:
        code: a snippet, or an expression, that has no syntax error.
    """
    notes: dict[int, dict[str, None]] = {}
    nodes = list(ast.walk(tree(code)))
    calm = {id(node.func) for node in nodes if isinstance(node, ast.Call) and _sets_a_mode(node)}
    for node in nodes:
        for note in _notes(node) if id(node) not in calm else ():
            notes.setdefault(getattr(node, "lineno", 1), {})[note] = None
    return {line: tuple(notes[line]) for line in sorted(notes)}


def _sets_a_mode(call: ast.Call) -> bool:
    """`model.eval()`: without an argument there is no text that could run."""
    return isinstance(call.func, ast.Attribute) and call.func.attr == "eval" and not (call.args or call.keywords)


def _notes(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            for name in names:
                yield f"imports: {name.name.partition('.')[0]}"
        case ast.ImportFrom(module=module):
            yield f"imports: {module.partition('.')[0] if module else '.'}"
        case ast.Attribute(attr=name) if name in MODULES:
            yield f"reaches: {name}"
        case ast.Attribute(attr=name) | ast.Name(id=name) if name in NAMES:
            yield NAMES[name]
        case ast.Attribute(attr=name) | ast.Name(id=name) if name.startswith("__"):
            yield f"reaches: {name}"
