"""The locks of the sandbox, each by itself, in a process of its own that has no privilege."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from quizapp.lab.worker import landlock, seccomp, system_calls

NEWEST = 7
"""A version of Landlock that keeps signals within."""
BEGIN = """
import ctypes, errno, fcntl, os, signal, socket, subprocess, sys
from quizapp.lab.worker import landlock, linux, seccomp, system_calls
linux.drop_capabilities()
which = system_calls.MACHINES.index(os.uname().machine)

def tried(act):
    try:
        act()
    except OSError as error:
        return errno.errorcode[error.errno]
    return "done"

def call(numbers, *arguments):
    return linux.call("syscall", numbers[which], *(ctypes.c_long(a) if isinstance(a, int) else a for a in arguments))
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
seccomp.restrict(landlock.version())
print(tried(lambda: os.kill(os.getppid(), 0)))
child = os.fork() or time.sleep(60)
print(tried(lambda: os.kill(child, signal.SIGKILL)), os.waitpid(child, 0)[1])
"""
    assert tell(script) == ["EPERM", *(("done", "9") if landlock.version() >= landlock.SIGNALS_SINCE else ())]


@needs_seccomp
def test_no_socket_but_a_pair_of_streams() -> None:
    script = """
seccomp.restrict(beside=7)
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
seccomp.restrict(beside=7)
tables = system_calls.NAMESPACES | system_calls.KERNEL | system_calls.PROCESSES | system_calls.MESSAGES
for name in ("unshare", "mount", "ptrace", "process_vm_readv", "io_uring_setup", "bpf", "keyctl", "mq_open", "shmget"):
    print(tried(lambda: call(tables[name], 0, 0, 0, 0)))
print(tried(lambda: call(system_calls.CLONE3, 0, 0)))
print(tried(lambda: call(system_calls.CLONE, 0x10000000 | signal.SIGCHLD, 0, 0, 0, 0)))
print(tried(lambda: call(system_calls.PRLIMIT, os.getppid(), 0, 0, 0)))
print(tried(lambda: call(system_calls.PRLIMIT, 0, 0, 0, 0)))
print(subprocess.run(["echo", "goes"], capture_output=True, text=True).stdout.strip())
import threading; thread = threading.Thread(target=print, args=("on",)); thread.start(); thread.join()
"""
    assert tell(script) == ["EPERM"] * 9 + ["ENOSYS", "EPERM", "EPERM", "done", "goes", "on"]


@needs_seccomp
def test_where_landlock_does_not_keep_signals_in_only_the_process_itself_can_be_signalled() -> None:
    script = """
import time
seccomp.restrict(beside=5)
signal.signal(signal.SIGUSR1, lambda *_: print("heard", flush=True))
print(tried(lambda: os.kill(os.getppid(), 0)), tried(lambda: os.kill(1, 0)), tried(lambda: os.kill(-1, 0)), flush=True)
print(tried(lambda: os.kill(os.getpid(), signal.SIGUSR1)), tried(lambda: os.killpg(0, 0)), flush=True)
print(tried(lambda: signal.pidfd_send_signal(os.pidfd_open(os.getppid()), 0)))
"""
    assert tell(script) == ["EPERM", "EPERM", "EPERM", "heard", "done", "done", "EPERM"]


@needs_seccomp
def test_mode_owner_and_times_stay_as_they_are_and_a_copy_with_them_goes_well(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    file.chmod(0o600)
    os.utime(file, (1, 1))
    script = """
import shutil
seccomp.restrict(beside=7)
file = sys.argv[1]
opened = os.open(file, os.O_RDONLY)
for act in (
    lambda: os.chmod(file, 0o777), lambda: os.chmod(opened, 0o777), lambda: os.utime(file, (0, 0)),
    lambda: os.chown(file, 0, 0), lambda: os.fchown(opened, 0, 0), lambda: os.lchown(file, 0, 0),
    lambda: shutil.copy2(file, file + "2"),
):
    print(tried(act))
for act in (
    lambda: os.setxattr(file, "user.x", b"x"), lambda: os.removexattr(opened, "user.x"),
    lambda: call((254, 27), 0, 0, 0), lambda: call(system_calls.ATTRIBUTES["file_setattr"], 0, 0, 0, 0, 0),
    lambda: fcntl.fcntl(opened, fcntl.F_NOTIFY, 1), lambda: fcntl.fcntl(opened, fcntl.F_SETLEASE, fcntl.F_RDLCK),
    lambda: fcntl.ioctl(opened, 0x40086602, bytes(8)), lambda: os.open(file, 3), lambda: os.open(file, 3 | os.O_TRUNC),
):
    print(tried(act))
print(os.stat(file).st_mtime, open(file + "2").read())
print(tried(lambda: os.open(file, os.O_RDWR | os.O_TRUNC)), tried(lambda: os.truncate(file, 5)))
"""
    before = file.stat()
    assert tell(script, str(file)) == ["done"] * 7 + ["EPERM"] * 9 + ["1.0", "x", "done", "done"]
    after = file.stat()
    assert (after.st_mode, after.st_uid) == (before.st_mode, before.st_uid)


@needs_seccomp
def test_a_landlock_that_knows_no_truncation_leaves_none_open(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("precious")
    script = """
seccomp.restrict(beside=2)
for act in (lambda: os.truncate(sys.argv[1], 0), lambda: os.open(sys.argv[1], os.O_RDONLY | os.O_TRUNC)):
    print(tried(act))
print(open(sys.argv[1]).read(), tried(lambda: open(sys.argv[1] + "2", "w")))
print(tried(lambda: open(sys.argv[1], "r+").truncate(3)))
"""
    assert tell(script, str(file)) == ["EPERM", "EPERM", "precious", "done", "done"]
    assert file.read_text() == "pre"


@needs_seccomp
def test_where_landlock_does_not_keep_signals_in_the_kernel_sends_none_on_request() -> None:
    script = """
for version in (6, 5):
    seccomp.restrict(beside=version)
    a, _ = socket.socketpair()
    for request in (fcntl.F_SETOWN, 10, 15):
        print(tried(lambda: fcntl.fcntl(a, request, bytes(8) if request == 15 else 0)))
    for request in (0x8901, 0x8902):
        print(tried(lambda: fcntl.ioctl(a, request, bytes(4))))
    print(tried(lambda: fcntl.fcntl(a, fcntl.F_SETFL, os.O_NONBLOCK)), tried(lambda: fcntl.ioctl(a, 0x541B, bytes(4))))
"""
    assert tell(script) == ["done"] * 7 + ["EPERM"] * 5 + ["done"] * 2


@needs_seccomp
def test_nobody_else_loses_a_turn_on_the_processor() -> None:
    script = """
seccomp.restrict(beside=7)
parent = os.getppid()
for act in (
    lambda: os.setpriority(os.PRIO_PROCESS, parent, 1), lambda: os.setpriority(os.PRIO_USER, 0, 1),
    lambda: os.sched_setscheduler(parent, os.SCHED_IDLE, os.sched_param(0)),
    lambda: os.sched_setparam(parent, os.sched_param(0)), lambda: os.sched_setaffinity(parent, {0}),
    lambda: call(system_calls.PROCESSES["sched_setattr"], parent, bytes(56), 0),
    lambda: call(system_calls.PROCESSES["ioprio_set"], 1, parent, 0x4007),
    lambda: os.sched_setaffinity(0, os.sched_getaffinity(0)),
    lambda: os.sched_setaffinity(os.getpid(), os.sched_getaffinity(0)),
):
    print(tried(act))
"""
    assert tell(script) == ["EPERM"] * 7 + ["done"] * 2


@needs_seccomp
@pytest.mark.parametrize("beside", ["None", "7"])
def test_nothing_leaves_the_session_and_nobody_is_told(beside: str) -> None:
    script = (
        f"""
os.setsid()
seccomp.restrict(beside={beside})
"""
        + """
def where():
    return (os.getsid(0), os.getpgid(0))
home = where()
print(tried(os.setsid), tried(lambda: os.setpgid(0, 0)), tried(os.setpgrp), where() == home)
ask = [sys.executable, "-c", "import os; print((os.getsid(0), os.getpgid(0)))"]
for way in ({"start_new_session": True}, {"process_group": 0}):
    print(subprocess.run(ask, capture_output=True, text=True, **way).stdout.strip() == str(home))
end, told = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.write(told, str(where()).encode())
    os._exit(0)
os.wait()
print(os.read(end, 100).decode() == str(home))
"""
    )
    assert tell(script) == ["done"] * 3 + ["True"] * 4


@needs_seccomp
def test_in_namespaces_of_its_own_the_kernel_is_guarded_and_the_rest_is_free(tmp_path: Path) -> None:
    script = """
seccomp.restrict()
for name, numbers in (system_calls.NAMESPACES | system_calls.KERNEL).items():
    if numbers[which] is not None and (what := tried(lambda: call(numbers, 0, 0, 0, 0, 0))) != "EPERM":
        print(name, what)
print(tried(lambda: call(system_calls.CLONE3, 0, 0)))
print(tried(lambda: call(system_calls.CLONE, 0x10000000 | signal.SIGCHLD, 0, 0, 0, 0)))
for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
    print(tried(lambda: socket.socketpair(socket.AF_UNIX, kind)))
server = socket.create_server(("127.0.0.1", 0))
print(tried(lambda: socket.create_connection(server.getsockname())), tried(lambda: os.chmod(sys.argv[1], 0o711)))
print(tried(lambda: call((29, 194), 0, 4096, 0o600)), tried(lambda: os.kill(os.getppid(), 0)))
"""
    assert tell(script, str(tmp_path)) == ["ENOSYS", "EPERM", *["done"] * 6]
    assert tmp_path.stat().st_mode & 0o777 == 0o711


@pytest.mark.parametrize("machine", system_calls.MACHINES)
@pytest.mark.parametrize("beside", [None, 1, 2, 3, 5, 6, NEWEST])
def test_a_jump_never_leaves_the_filter(machine: str, beside: int | None) -> None:
    program = seccomp.instructions(machine, beside)
    assert program[-1] == (seccomp.RETURN, 0, 0, seccomp.ALLOW)
    assert len(program) < 4096
    for place, (code, then, otherwise, _) in enumerate(program):
        if code in (seccomp.EQUAL, seccomp.ANY_BIT):
            assert max(then, otherwise) < 256
            assert place + 1 + max(then, otherwise) < len(program)


@pytest.mark.parametrize("machine", system_calls.MACHINES)
def test_a_call_is_judged_once(machine: str) -> None:
    which = system_calls.MACHINES.index(machine)
    tables = [table for name, table in vars(system_calls).items() if name.isupper() and isinstance(table, dict)]
    numbers = [numbers[which] for table in tables for numbers in table.values() if numbers[which] is not None]
    assert len(numbers) == len(set(numbers))


def test_the_errors_of_the_kernel_are_those_of_python() -> None:
    from quizapp.lab.worker import linux

    with pytest.raises(OSError, match="setns") as raised:
        linux.call("setns", -1, 0)
    assert raised.value.errno == errno.EBADF
