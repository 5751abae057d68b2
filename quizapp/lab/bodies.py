"""What a worker may say, frame by frame. A snippet can forge all that concerns its run, so nothing is taken unchecked.

The bounds are those that the worker keeps to itself, or above. The numbers of a chart may be infinite or none at all:
models compute such, and the screens can draw them. No other number may.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from quizapp.cards.proof import Bars, Chart, Check, Environment, Heat, Line, Table, Verdict
from quizapp.errors import ProtocolError
from quizapp.lab.protocol import COLUMNS, MOST_MEMORY, POINTS, ROWS, SIDE, Frame

SANDBOX_LEVELS = ("strong", "basic", "none")
"""How well a worker can lock snippets in."""

Count = Annotated[int, Field(ge=0, lt=1 << 31)]
Texts = tuple[str, ...]
Numbers = tuple[float, ...]


def known_sandbox(told: str) -> str:
    """The level that a worker tells; one that is not known here promises nothing, so it is `none`."""
    return told if told in SANDBOX_LEVELS else "none"


class Body(BaseModel):
    """The body of a frame; what it has besides is ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class AboutWorker(Body):
    """STATUS, READY or FAILED."""

    role: str = ""
    """Empty where it is about the worker itself."""
    message: str = ""
    device: str = ""
    sandbox: Annotated[str, AfterValidator(known_sandbox)] = "none"


class Printed(Body):
    """OUTPUT."""

    text: str


class Checked(Body):
    """CHECK."""

    index: Count
    line: Count
    source: str
    passed: bool
    values: Texts = ()
    message: str = ""

    def check(self) -> Check:
        """The check it tells of."""
        return Check(self.line, self.source, self.passed, self.values, self.message)


class Explained(Body):
    """CHECK, for one that is known: the message of its failure."""

    index: Count
    message: str


class _Bars(Body):
    chart: Literal["bars"]
    title: str
    labels: Annotated[Texts, Field(max_length=SIDE)]
    values: Annotated[Numbers, Field(max_length=SIDE)]


class _Heat(Body):
    chart: Literal["heat"]
    title: str
    rows: Annotated[Texts, Field(max_length=SIDE)]
    columns: Annotated[Texts, Field(max_length=SIDE)]
    values: Annotated[tuple[Annotated[Numbers, Field(max_length=SIDE)], ...], Field(max_length=SIDE)]


class _Line(Body):
    chart: Literal["line"]
    title: str
    values: Annotated[Numbers, Field(max_length=POINTS)]
    count: Count = 0


class _Table(Body):
    chart: Literal["table"]
    title: str
    columns: Annotated[Texts, Field(max_length=COLUMNS)]
    rows: Annotated[tuple[Annotated[Texts, Field(max_length=COLUMNS)], ...], Field(max_length=ROWS)]


_CHART: TypeAdapter[_Bars | _Heat | _Line | _Table] = TypeAdapter(
    Annotated[_Bars | _Heat | _Line | _Table, Field(discriminator="chart")]
)
_DRAWN: dict[str, type[Chart]] = {"bars": Bars, "heat": Heat, "line": Line, "table": Table}


def _of_known_sandbox(environment: Environment) -> Environment:
    return replace(environment, sandbox=known_sandbox(environment.sandbox))


class Ended(Body):
    """END."""

    verdict: Verdict
    error: str = ""
    observed: str | None = None
    seconds: float = Field(0.0, ge=0, allow_inf_nan=False)
    memory: Annotated[int, Field(ge=0, lt=MOST_MEMORY)] | None = None
    environment: Annotated[Environment, AfterValidator(_of_known_sandbox)] | None = None


B = TypeVar("B", bound=Body)


def read(shape: type[B], frame: Frame) -> B:
    """The body of a frame.

    Raises:
        ProtocolError: it is not what such a frame says.
    """
    try:
        return shape.model_validate(_writable(frame.body))
    except ValidationError as error:
        raise _nonsense(frame) from error


def read_chart(frame: Frame) -> Chart:
    """The chart of a CHART frame.

    Raises:
        ProtocolError: it is none.
    """
    try:
        told = _CHART.validate_python(_writable(frame.body))
    except ValidationError as error:
        raise _nonsense(frame) from error
    return _DRAWN[told.chart](**told.model_dump(exclude={"chart"}))


def _nonsense(frame: Frame) -> ProtocolError:
    return ProtocolError(f"The worker does not keep to the protocol: its {frame.kind} frame says something else.")


def _writable(value: object) -> object:
    """JSON with its lone surrogates spelled out: no file, no database and no terminal takes them."""
    if isinstance(value, str):
        return value.encode(errors="backslashreplace").decode()
    if isinstance(value, list):
        return [_writable(item) for item in value]
    if isinstance(value, dict):
        return {_writable(name): _writable(item) for name, item in value.items()}
    return value
