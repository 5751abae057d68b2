"""The zygote: imports torch and transformers once, forks a role zygote for each role, and carries frames.

It does nothing that could start a second thread or touch a GPU, so that its children can.
"""

from __future__ import annotations

import importlib
import os
import platform
import select
import signal
import socket
import sys
import tempfile
import warnings
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from quizapp.lab.kin import kill
from quizapp.lab.protocol import NO_MODEL, Frame, Kind, encode, magic_line
from quizapp.lab.worker import linux
from quizapp.lab.worker.loading import choose_device
from quizapp.lab.worker.processes import live, sweep
from quizapp.lab.worker.sandbox import Sandbox, plan
from quizapp.lab.worker.scratch import Scratch, make_scratch, remove, remove_left
from quizapp.lab.worker.values import cut
from quizapp.lab.worker.wire import Channel, keep_only

INSTALL = "Install torch and transformers there, or name a Python that has them by `command` under [lab]."

TO_EACH_OTHER = r"(transformers|peft|accelerate|datasets)\."
"""Libraries that warn each other of what will change; no snippet can help it."""


def serve(app: Channel, settings: dict[str, Any], sandbox: Sandbox) -> None:
    """The life of a worker that knows how it is locked in."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the app decides, not a key in its terminal
    linux.adopt_orphans()
    linux.set_readable(False)
    parent = Path(tempfile.gettempdir())
    remove_left(parent)
    scratch = make_scratch(parent)
    os.environ["TMPDIR"] = tempfile.tempdir = str(scratch.path)  # torch makes folders while it is imported
    try:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit())
        app.write(magic_line())
        Zygote(app, settings, proved(settings, sandbox, scratch), scratch).serve()
    except BrokenPipeError:
        pass  # the app is gone
    finally:
        sweep()
        remove(scratch.path)
        remove_left(parent)  # what its roles made in place of that one


def proved(settings: dict[str, Any], sandbox: Sandbox, scratch: Scratch) -> Sandbox:
    """The sandbox with the level it has; where namespaces cannot be had inside of bubblewrap, Landlock is tried.

    Raises:
        SystemExit: the settings want a better one than there is.
    """
    wanted = settings["sandbox"]
    found = sandbox.proved(str(scratch.path))
    if sandbox.apart and found.level != "strong":
        found = plan("landlock", sandbox.outside, sandbox.nodes, found.why).proved(str(scratch.path))
    if wanted in {"bubblewrap", "landlock"} and found.level != "strong":
        sys.exit(f"The sandbox {wanted!r}, which `lab.sandbox` in the settings names, cannot be had. {found.why}")
    return found


def import_libraries(app: Channel, settings: dict[str, Any], sandbox: Sandbox) -> None:
    """What every run needs, imported once; the device is decided here, for all roles."""
    app.send(Kind.STATUS, message="importing torch…")
    import torch

    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
    app.send(Kind.STATUS, message="importing transformers…")
    import transformers
    import transformers.modeling_utils  # two thirds of what loading any model costs, once for all roles

    transformers.utils.logging.disable_progress_bar()
    warnings.filterwarnings("ignore", category=FutureWarning, module=TO_EACH_OTHER)
    for name in settings["imports"]:
        app.send(Kind.STATUS, message=f"importing {name}…")
        with suppress(ImportError):  # told to the snippet that imports it, should there be one
            importlib.import_module(name)
    settings["device"] = choose_device(settings["device"])
    app.send(Kind.READY, sandbox=sandbox.level, message=sandbox.why, device=settings["device"])


@dataclass(slots=True)
class Role:
    """A role zygote as the zygote holds it."""

    pid: int
    channel: Channel
    runs: set[int] = field(default_factory=set)
    """Runs it was given and has not ended."""
    ready: bool = False
    """Whether it ever had a spare."""
    failure: str = ""
    """Why it gave up, once it said so."""


class Zygote:
    """Carries frames between the app and the role zygotes, which it forks when they are first asked for."""

    def __init__(self, app: Channel, settings: dict[str, Any], sandbox: Sandbox, scratch: Scratch) -> None:
        self._app = app
        self._settings = settings
        self._sandbox = sandbox
        self._scratch = scratch
        self._roles: dict[str, Role] = {}
        self._waiting: deque[Frame] = deque()

    def serve(self) -> None:
        """Answer until the app ends the connection."""
        try:
            import_libraries(self._app, self._settings, self._sandbox)
        except ImportError as error:
            sys.exit(f"{sys.executable} cannot import what snippets need: {error}. {INSTALL}")
        while True:
            channels = {role.channel.incoming: name for name, role in self._roles.items()}
            orders = [role.channel for role in self._roles.values() if role.channel.has_unsent]
            waits = {channel.outgoing: channel for channel in orders}
            arrived, writable, _ = select.select([self._app.incoming, *channels], [*waits], [])
            for descriptor in writable:
                waits[descriptor].flush()
            for readable in arrived:
                if readable != self._app.incoming:
                    self._relay(channels[readable])
                elif not self._hear():
                    return

    def _hear(self) -> bool:
        """Take orders; False at their end."""
        frames = self._app.receive()
        for frame in frames or ():
            if frame.kind is Kind.PREPARE:
                self._role(frame.body["role"])
            elif frame.kind is Kind.RUN:
                self._waiting.append(frame)
            elif frame.kind is Kind.STOP:
                self._stop(frame)
        self._pass_on()
        return frames is not None

    def _pass_on(self) -> None:
        """Give runs to their roles: one at a time where one could reach another's processes."""
        while self._waiting and (self._sandbox.apart or not any(role.runs for role in self._roles.values())):
            frame = self._waiting.popleft()
            role = self._role(frame.body["role"])
            role.runs.add(frame.run)
            role.channel.post(encode(frame))

    def _stop(self, frame: Frame) -> None:
        for waiting in [waiting for waiting in self._waiting if waiting.run == frame.run]:
            self._waiting.remove(waiting)
            self._app.send(Kind.END, frame.run, verdict="timeout", error="Stopped by you before it began.")
        for role in self._roles.values():
            if frame.run in role.runs:
                role.channel.post(encode(frame))

    def _relay(self, name: str) -> None:
        """Carry frames of a role to the app, and keep count of its runs."""
        role = self._roles[name]
        try:
            frames = role.channel.receive()
        except ConnectionResetError:
            frames = None
        for frame in frames or ():
            if frame.kind is Kind.END:
                role.runs.discard(frame.run)
            elif frame.kind is Kind.READY:
                role.ready = True
            elif frame.kind is Kind.FAILED:
                role.failure = str(frame.body.get("message"))
            self._app.write(encode(frame))
        if frames is None:
            self._bury(name)
        self._pass_on()

    def _bury(self, name: str) -> None:
        """A role zygote has ended: so does all it started, and each of its runs is told of. The next run forks anew."""
        role = self._roles.pop(name)
        kill(role.pid)
        role.channel.close()
        sweep(spared=[other.pid for other in self._roles.values()])
        verdict = "unavailable" if role.failure else "died"
        error = role.failure or f"The process that held the model of role {name!r} was killed."
        if not (role.ready or role.failure):
            self._app.send(Kind.FAILED, role=name, message=error)
        for run in role.runs:
            self._app.send(Kind.END, run, verdict=verdict, error=error)

    def _role(self, name: str) -> Role:
        """The role zygote, forked if there is none."""
        if name not in self._roles:
            self._roles[name] = self._fork(name)
        return self._roles[name]

    def _fork(self, name: str) -> Role:
        ours, theirs = socket.socketpair()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            end = theirs.detach()
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            keep_only({end, self._scratch.lock})
            linux.die_with_parent(parent)
            linux.adopt_orphans()
            live(hold, name, self._settings, self._sandbox, self._scratch, Channel(end, end))
        theirs.close()
        end = ours.detach()
        os.set_blocking(end, False)  # a role that writes itself must not be waited for, or both wait for ever
        return Role(pid, Channel(end, end))


def hold(name: str, settings: dict[str, Any], sandbox: Sandbox, scratch: Scratch, app: Channel) -> None:
    """The life of a role zygote; what keeps it from serving is told in a FAILED frame."""
    from quizapp.lab.worker.loading import RoleFailed
    from quizapp.lab.worker.role import RoleZygote
    from quizapp.lab.worker.underway import Limits

    try:
        if name != NO_MODEL:
            app.send(Kind.STATUS, message=f"loading {name}…")
        limits = Limits(settings["memory"], settings["output"], settings["jobs"] if sandbox.apart else 1)
        path = settings["models"].get(name, "")
        RoleZygote(name, path, settings["device"], limits, sandbox, scratch, app).serve()
    except BrokenPipeError:
        pass  # the zygote is gone
    except Exception as error:
        why = str(error) if isinstance(error, RoleFailed) else f"{type(error).__name__}: {error}"
        if settings["elsewhere"]:
            why += f" The worker runs on {platform.node()}, where `lab.command` started it."
        app.send(Kind.FAILED, role=name, message=cut(f"The role {name!r} cannot be had. {why}", 2_000))
