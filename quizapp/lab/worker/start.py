"""How a worker starts: it hears how it is wanted, goes inside of the sandbox, and serves from there."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from typing import Any, NoReturn

from quizapp.lab.naming import hub_cache
from quizapp.lab.protocol import MAX_FRAME, Kind, Malformed, decode, worker_environment
from quizapp.lab.worker import bubblewrap, visible
from quizapp.lab.worker.loading import located
from quizapp.lab.worker.probe import look_around
from quizapp.lab.worker.processes import live
from quizapp.lab.worker.sandbox import Sandbox, handed_over, plan
from quizapp.lab.worker.wire import Channel
from quizapp.lab.worker.zygote import serve

INSIDE = (sys.executable, "-P", "-m", "quizapp.lab.worker", "--inside")


def main(arguments: list[str]) -> NoReturn:
    """Start, or go on inside of bubblewrap, where the last argument is a descriptor."""
    environment = worker_environment(dict(os.environ))
    os.environ.clear()
    os.environ.update(environment)
    if arguments:
        with os.fdopen(int(arguments[-1]), "rb") as told:
            settings, sandbox = json.loads(told.read())
        live(serve, take_streams(), settings, handed_over(sandbox))
    settings = first_order()
    sandbox = lock_in(settings)
    live(serve, take_streams(), settings, sandbox)


def first_order() -> dict[str, Any]:
    """How the app wants it. Nothing that follows is read: it is for whoever goes on inside."""
    line = b""
    while not line.endswith(b"\n") and len(line) < MAX_FRAME and (byte := os.read(0, 1)):
        line += byte
    try:
        frame = decode(line)
    except Malformed as error:
        sys.exit(f"The worker was not told how it is wanted: {error}")
    if frame.kind is not Kind.CONFIGURE:
        sys.exit(f"The worker was not told how it is wanted, but {frame.kind}.")
    models = {role: located(path) for role, path in frame.body["models"].items()}
    return {**frame.body, "models": models}


def lock_in(settings: dict[str, Any]) -> Sandbox:
    """Go inside of bubblewrap, which does not return; else what can be had here."""
    nodes = tuple(visible.gpu_nodes()) if settings["device"] != "cpu" else ()
    hidden = visible.real(settings["private"])
    seen = visible.files(settings["models"].values(), os.environ, gpu=bool(nodes), hidden=hidden)
    outside = look_around(visible.private(os.environ), seen, hidden)
    wanted = settings["sandbox"]
    if wanted not in {"auto", "bubblewrap"}:
        return plan(wanted, outside, nodes)
    lack = bubblewrap.lack(seen, nodes)
    if not lack:
        environment = {"HOME": "/tmp", "TMPDIR": "/tmp", "HF_HUB_CACHE": str(hub_cache(os.environ))}  # noqa: S108
        inside = Sandbox(outside, nodes, apart=True)
        bubblewrap.enter(INSIDE, seen, visible.within(hidden, seen), nodes, environment, [settings, asdict(inside)])
    return plan(wanted, outside, nodes, f"{lack}.")


def take_streams() -> Channel:
    """Move the standard streams out of reach: 0 reads nothing and 1 is standard error from here on."""
    incoming, outgoing = os.dup(0), os.dup(1)  # not inheritable
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    return Channel(incoming, outgoing)
