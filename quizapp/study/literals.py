"""Values as people write them and Python prints them: numbers, texts, truth values, what holds them; nothing is run."""

from __future__ import annotations

import ast
import math
import warnings

Literal = (
    int
    | float
    | bool
    | str
    | None
    | list["Literal"]
    | tuple["Literal", ...]
    | set["Literal"]
    | dict["Literal", "Literal"]
)
"""What a prediction or an observed value may be."""

LONGEST = 20_000
"""Characters."""
DEEPEST = 32
"""Brackets inside brackets."""
NAMES = {"nan": math.nan, "inf": math.inf}
SHAPES = frozenset({"Size", "torch.Size"})
ARRAYS = frozenset({"tensor", "torch.tensor", "array", "np.array", "numpy.array"})
SETS = frozenset({"set", "frozenset"})
TYPES = """
bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 bfloat16 float32 float64 complex32 complex64 complex128
float8_e4m3fn float8_e4m3fnuz float8_e5m2 float8_e5m2fnuz float8_e8m0fnu float4_e2m1fn_x2
qint8 qint32 quint8 quint4x2 quint2x4
"""
LAYOUTS = """
strided jagged sparse_coo sparse_csr sparse_csc sparse_bsr sparse_bsc
contiguous_format preserve_format channels_last channels_last_3d
"""
TORCH_NAMES = frozenset([*TYPES.split(), *LAYOUTS.split()])
"""What torch prints as `torch.` and a name."""
ALIASES = {
    "half": "float16",
    "float": "float32",
    "double": "float64",
    "short": "int16",
    "int": "int32",
    "long": "int64",
    "chalf": "complex32",
    "cfloat": "complex64",
    "cdouble": "complex128",
}
"""What torch prints under another name."""


def parse_literal(text: str) -> Literal:
    """Read a value: `9`, `-1.5e-3`, `'cat'`, `True`, `None`, `nan`, `[1, 2]`, `(2, 9)`, `2, 9`, `{'a': 1}`, `{1, 2}`.

    What torch prints is read as well: `torch.Size([2, 9])` is a tuple, `tensor([1, 2])` a list, `tensor(3)` a number
    (whatever else the brackets say), and `torch.float32` the text of it; so is each of `TORCH_NAMES`.

    Raises:
        ValueError: it is something else, or too long or too deep; the message says what can be written.
    """
    if len(text) > LONGEST:
        raise ValueError(f"This value has {len(text)} characters; at most {LONGEST} can be compared.")
    if _depth(text) > DEEPEST:
        raise ValueError(f"This value nests more than {DEEPEST} levels deep.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text.strip(), mode="eval")
        return _value(tree.body)
    except (SyntaxError, ValueError, TypeError, MemoryError, RecursionError) as error:
        raise ValueError(
            f"{_shown(text)} is not a value. Write a number, a text in quotation marks, True, False, None, nan, "
            "a list, a shape or a mapping: 9, 'cat', [1, 2], (2, 9), {'a': 1}."
        ) from error


def without_torch(text: str) -> str:
    """`float32` for `torch.float32`, so for all that torch prints; any other text as it is."""
    name = text.removeprefix("torch.")
    return name if name in TORCH_NAMES else text


def _value(node: ast.expr) -> Literal:
    match node:
        case ast.Constant(value=int() | float() | str() | None as value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_number(operand)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _number(operand)
        case ast.Name(id=name) if name in NAMES:
            return NAMES[name]
        case ast.Attribute(value=ast.Name(id="torch"), attr=name) if ALIASES.get(name, name) in TORCH_NAMES:
            return f"torch.{ALIASES.get(name, name)}"
        case ast.List() | ast.Tuple() | ast.Set() | ast.Dict():
            return _held(node)
        case ast.Call(func=ast.Name() | ast.Attribute() as func):
            return _called(ast.unparse(func), node)
    raise ValueError


def _held(node: ast.List | ast.Tuple | ast.Set | ast.Dict) -> Literal:
    """What stands in brackets."""
    if isinstance(node, ast.Dict):
        return {_key(key): _value(value) for key, value in zip(node.keys, node.values, strict=True)}
    items = [_value(item) for item in node.elts]
    if isinstance(node, ast.Set):
        return set(items)
    return tuple(items) if isinstance(node, ast.Tuple) else items


def _called(name: str, call: ast.Call) -> Literal:
    """What a shape, a tensor or a set holds, as it is printed."""
    if name == "set" and not call.args:
        return set()
    (argument,) = call.args
    if name in SHAPES and isinstance(argument, ast.List | ast.Tuple):
        return tuple(_value(item) for item in argument.elts)
    if name in SETS and isinstance(argument, ast.List | ast.Tuple | ast.Set):
        return {_value(item) for item in argument.elts}
    if name in ARRAYS:
        value = _value(argument)
        if isinstance(value, int | float | list):
            return value
    raise ValueError


def _key(node: ast.expr | None) -> Literal:
    if node is None:  # two asterisks
        raise ValueError
    return _value(node)


def _number(node: ast.expr) -> int | float:
    """The number under one sign; a sign under a sign is not how values are written."""
    value = None if isinstance(node, ast.UnaryOp) else _value(node)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    raise ValueError


def _depth(text: str) -> int:
    """How deep the brackets nest; those inside texts count too, which errs on the safe side."""
    depth = deepest = 0
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        deepest = max(deepest, depth)
    return deepest


def _shown(text: str) -> str:
    text = repr(text.strip())
    return text if len(text) <= 60 else text[:59] + "…"
