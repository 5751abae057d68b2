"""The locks of the sandbox, each by itself, in a process of its own that has no privilege."""

from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from quizapp.lab.worker import landlock, seccomp

BEGIN = """
import ctypes, errno, os, signal, socket, subprocess, sys
from quizapp.lab.worker import landlock, linux, seccomp
linux.drop_capabilities()

def tried(act):
    try:
        act()
    except OSError as error:
        return errno.errorcode[error.errno]
    return "done"
"""

needs_landlock = pytest.mark.skipif(not landlock.version(), reason="this kernel has no Landlock")
needs_seccomp = pytest.mark.skipif(not seccomp.is_known(), reason="there is no filter for this machine")


def tell(script: str, *arguments: str) -> list[str]:
    """What a process prints that runs this script."""
    command = [sys.executable, "-c", BEGIN + script, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()


@needs_landlock
def test_without_any_privilege_only_what_is_allowed_can_be_used(tmp_path: Path) -> None:
    for folder in ("seen", "own", "other"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "file").write_text("x")
    script = """
here = sys.argv[1]
landlock.restrict([f"{here}/seen", "/usr", f"{here}/missing"], [f"{here}/own"])
for folder in ("seen", "own", "other"):
    print(tried(lambda: open(f"{here}/{folder}/file").read()), tried(lambda: open(f"{here}/{folder}/new", "w")))
    print(tried(lambda: os.listdir(f"{here}/{folder}")), tried(lambda: os.unlink(f"{here}/{folder}/file")))
print(tried(lambda: os.rename(f"{here}/own/new", f"{here}/own/renamed")))
"""
    assert tell(script, str(tmp_path)) == [
        *("done", "EACCES", "done", "EACCES"),
        *("done", "done", "done", "done"),
        *("EACCES", "EACCES", "EACCES", "EACCES"),
        "done",
    ]


@needs_landlock
def test_a_parent_is_out_of_reach_and_a_child_is_not() -> None:
    script = """
import time
landlock.restrict(["/"], [])
seccomp.restrict(signals=landlock.version() >= landlock.SIGNALS_SINCE)
print(tried(lambda: os.kill(os.getppid(), 0)))
child = os.fork() or time.sleep(60)
print(tried(lambda: os.kill(child, signal.SIGKILL)), os.waitpid(child, 0)[1])
"""
    assert tell(script) == ["EPERM", *(("done", "9") if landlock.version() >= landlock.SIGNALS_SINCE else ())]


@needs_seccomp
def test_no_socket_but_a_pair_of_streams() -> None:
    script = """
seccomp.restrict(signals=True)
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK):
    print(tried(lambda: socket.socket(family, socket.SOCK_RAW if family == socket.AF_NETLINK else socket.SOCK_STREAM)))
print(tried(lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)))
a, b = socket.socketpair()
print(tried(lambda: a.send(b"x")), b.recv(1).decode(), tried(lambda: a.sendto(b"x", "/run/x")))
"""
    assert tell(script) == ["EPERM"] * 5 + ["done", "x", "EPERM"]


@needs_seccomp
def test_no_namespace_no_look_into_others_and_no_way_around() -> None:
    script = """
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *arguments):
    if libc.syscall(number, *arguments) == -1:
        raise OSError(ctypes.get_errno(), "")
numbers = seccomp.NAMES.index(os.uname().machine)
seccomp.restrict(signals=True)
for name in ("unshare", "mount", "ptrace", "process_vm_readv", "io_uring_setup", "bpf", "keyctl", "mq_open", "shmget"):
    print(tried(lambda: call(seccomp.CALLS[name][numbers], 0, 0, 0, 0)))
print(tried(lambda: call(seccomp.CLONE3[numbers], 0, 0)))
print(tried(lambda: call(seccomp.CLONE[numbers], 0x10000000 | signal.SIGCHLD, 0, 0, 0, 0)))
print(tried(lambda: call(seccomp.PRLIMIT[numbers], os.getppid(), 0, 0, 0)))
print(tried(lambda: call(seccomp.PRLIMIT[numbers], 0, 0, 0, 0)))
print(subprocess.run(["echo", "goes"], capture_output=True, text=True).stdout.strip())
import threading; thread = threading.Thread(target=print, args=("on",)); thread.start(); thread.join()
"""
    assert tell(script) == ["EPERM"] * 9 + ["ENOSYS", "EPERM", "EPERM", "done", "goes", "on"]


@needs_seccomp
def test_where_landlock_does_not_keep_signals_in_only_the_process_itself_can_be_signalled() -> None:
    script = """
import time
seccomp.restrict(signals=False)
signal.signal(signal.SIGUSR1, lambda *_: print("heard", flush=True))
print(tried(lambda: os.kill(os.getppid(), 0)), tried(lambda: os.kill(1, 0)), tried(lambda: os.kill(-1, 0)), flush=True)
print(tried(lambda: os.kill(os.getpid(), signal.SIGUSR1)), tried(lambda: os.killpg(0, 0)), flush=True)
print(tried(lambda: signal.pidfd_send_signal(os.pidfd_open(os.getppid()), 0)))
"""
    assert tell(script) == ["EPERM", "EPERM", "EPERM", "heard", "done", "done", "EPERM"]


@pytest.mark.parametrize("machine", seccomp.NAMES)
def test_a_jump_never_leaves_the_filter(machine: str) -> None:
    for signals in (True, False):
        program = seccomp.instructions(machine, signals)
        assert program[-1] == (seccomp.RETURN, 0, 0, seccomp.ALLOW)
        assert len(program) < 4096
        for place, (code, then, otherwise, _) in enumerate(program):
            if code in (seccomp.EQUAL, seccomp.ANY_BIT):
                assert max(then, otherwise) < 256
                assert place + 1 + max(then, otherwise) < len(program)


def test_the_errors_of_the_kernel_are_those_of_python() -> None:
    from quizapp.lab.worker import linux

    with pytest.raises(OSError, match="setns") as raised:
        linux.call("setns", -1, 0)
    assert raised.value.errno == errno.EBADF
