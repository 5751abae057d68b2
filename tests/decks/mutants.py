"""Changes to a snippet, made by rule: every place outside of its asserts where a small change could make a claim false.

A rule is given a node of the syntax tree and says what could stand in its place. Asserts, imports, and what is only
shown or printed stay as they are.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass

OTHER_TEXT = {"left": "right", "right": "left", "longest": "max_length", "gaussian": "default", "eager": "sdpa"}
OTHER_NAME = {
    "all": "any",
    "any": "all",
    "argmax": "argmin",
    "argmin": "argmax",
    "get_input_embeddings": "get_output_embeddings",
    "get_output_embeddings": "get_input_embeddings",
    "log_softmax": "softmax",
    "max": "min",
    "mean": "sum",
    "min": "max",
    "sigmoid": "softmax",
    "softmax": "sigmoid",
    "sum": "mean",
    "tril": "triu",
    "triu": "tril",
}
OTHER_OPERATOR: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
WITHOUT = {"clamp", "cumsum", "exp", "flip", "log", "log_softmax", "masked_fill", "roll", "softmax", "tril", "triu"}
"""Methods that are left out, so that what they are called on stands alone."""
IDLE = {"device", "report_to", "disable_tqdm", "output_dir", "save_strategy", "use_cpu"}
IDLE |= {"vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads"}
"""Arguments that stay as they are: where a snippet works, and how small the models are that it makes."""
TOLD = {"print", "show"}
"""Calls that claim nothing."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A snippet with one change."""

    what: str
    """What stands where, as `old → new`."""
    code: str


def mutants(code: str) -> Iterator[Mutant]:
    """Every mutant of a snippet, in the order of the places that are changed."""
    tree = ast.parse(code)
    for place, node in enumerate(_open(tree)):
        for rule in RULES:
            for new in rule(node):
                changed = copy.deepcopy(tree)
                old = list(_open(changed))[place]
                mutated = ast.fix_missing_locations(_Swap(old, new).visit(changed))
                yield Mutant(f"line {getattr(node, 'lineno', '?')}: {_said(node)} → {_said(new)}", ast.unparse(mutated))


def _said(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())


def _open(node: ast.AST) -> Iterator[ast.AST]:
    """Every expression and statement that may be changed, the outer before the inner."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Assert | ast.Import | ast.ImportFrom) or any(stays(child) for stays in STAYING):
            continue
        if isinstance(child, ast.expr | ast.stmt):
            yield child
        yield from _open(child)


def _tells(node: ast.AST) -> bool:
    call = node.value if isinstance(node, ast.Expr) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in TOLD


def _is_negative(node: ast.AST) -> bool:
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant)


def _is_idle(node: ast.AST) -> bool:
    return isinstance(node, ast.keyword) and node.arg in IDLE


STAYING = (_tells, _is_negative, _is_idle)


class _Swap(ast.NodeTransformer):
    """Puts one node in another's place."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self._old, self._new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self._new if node is self._old else self.generic_visit(node)


Rule = Callable[[ast.AST], Iterator[ast.AST]]


def _with(node: ast.AST, **fields: object) -> ast.AST:
    new = copy.deepcopy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def without_an_argument(node: ast.AST) -> Iterator[ast.AST]:
    """A call as it is by default, in one respect."""
    if isinstance(node, ast.Call):
        for argument in node.keywords:
            if argument.arg and argument.arg not in IDLE:
                yield _with(node, keywords=[other for other in node.keywords if other is not argument])


def moved_labels(node: ast.AST) -> Iterator[ast.AST]:
    """Labels that have gone round by one place."""
    if isinstance(node, ast.Call):
        for place, argument in enumerate(node.keywords):
            if argument.arg == "labels":
                moved = ast.Call(ast.Attribute(argument.value, "roll"), [ast.Constant(1), ast.Constant(-1)], [])
                yield _with(
                    node, keywords=[*node.keywords[:place], ast.keyword("labels", moved), *node.keywords[place + 1 :]]
                )


def another_constant(node: ast.AST) -> Iterator[ast.AST]:
    """The next whole number, twice the fraction, the other truth value, the other side."""
    if isinstance(node, ast.Constant):
        value = node.value
        if isinstance(value, bool):
            yield ast.Constant(not value)
        elif isinstance(value, int):
            yield ast.Constant(value + 1)
        elif isinstance(value, float):
            yield ast.Constant(value * 2 + 1)
        elif value in OTHER_TEXT:
            yield ast.Constant(OTHER_TEXT[str(value)])


def another_operator(node: ast.AST) -> Iterator[ast.AST]:
    """Minus for plus, unlike for like. A minus sign stays: most are of a dimension counted from behind."""
    if isinstance(node, ast.BinOp) and type(node.op) in OTHER_OPERATOR:
        yield _with(node, op=OTHER_OPERATOR[type(node.op)]())
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in OTHER_OPERATOR:
        yield _with(node, ops=[OTHER_OPERATOR[type(node.ops[0])](), *node.ops[1:]])
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.Invert):
        yield copy.deepcopy(node.operand)


def an_open_slice(node: ast.AST) -> Iterator[ast.AST]:
    """A slice that starts at the start, or ends at the end."""
    if isinstance(node, ast.Slice):
        if node.lower:
            yield _with(node, lower=None)
        if node.upper:
            yield _with(node, upper=None)


def another_name(node: ast.AST) -> Iterator[ast.AST]:
    """Another method or function of the kind."""
    if isinstance(node, ast.Attribute) and node.attr in OTHER_NAME:
        yield _with(node, attr=OTHER_NAME[node.attr])
    elif isinstance(node, ast.Name) and node.id in OTHER_NAME and isinstance(node.ctx, ast.Load):
        yield _with(node, id=OTHER_NAME[node.id])


def without_a_method(node: ast.AST) -> Iterator[ast.AST]:
    """What a method is called on, alone."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WITHOUT:
        yield copy.deepcopy(node.func.value)


def without_a_step(node: ast.AST) -> Iterator[ast.AST]:
    """Nothing, in the place of a call for its effect or of a change to something that is there already."""
    changes = isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute | ast.Subscript)
    if changes or isinstance(node, ast.AugAssign) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
        yield ast.Pass()


RULES: tuple[Rule, ...] = (
    without_an_argument,
    moved_labels,
    another_constant,
    another_operator,
    an_open_slice,
    another_name,
    without_a_method,
    without_a_step,
)
