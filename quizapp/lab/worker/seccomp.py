"""System calls that a snippet may not make where it shares namespaces with others (seccomp, a filter in classic BPF).

No sockets but pairs of streams, no look into other processes, no namespaces, no rings that would go around the filter.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Iterable

from quizapp.lab.worker import linux

PR_SET_SECCOMP, MODE_FILTER = 22, 2
LOAD, EQUAL, ANY_BIT, AND, RETURN = 0x20, 0x15, 0x45, 0x54, 0x06
"""Instructions: load a word, jump where it is equal or has one of these bits, keep these bits, return."""
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050000, 0x80000000
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16
"""Where they are in `struct seccomp_data`."""
X32 = 0x40000000
STREAM = 1
NEW_NAMESPACES = 0x7E020000
"""Every flag of `clone` for a namespace of its own: mount, cgroup, UTS, IPC, user, PID and network."""

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
NAMES = ("x86_64", "aarch64")
CALLS = {
    # sockets: only pairs of streams are left, which are connected already
    "socket": (41, 198), "connect": (42, 203), "bind": (49, 200), "listen": (50, 201),
    # other processes
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "pidfd_getfd": (438, 438),
    "process_madvise": (440, 440), "kcmp": (312, 272), "migrate_pages": (256, 238), "move_pages": (279, 239),
    # a way around
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    # namespaces and mounts
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41),
    "chroot": (161, 51), "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430),
    "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442),
    "open_by_handle_at": (304, 265), "name_to_handle_at": (303, 264),
    # the kernel itself
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "add_key": (248, 217),
    "request_key": (249, 218), "keyctl": (250, 219), "kexec_load": (246, 104), "kexec_file_load": (320, 294),
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106), "reboot": (169, 142),
    "swapon": (167, 224), "swapoff": (168, 225), "acct": (163, 89), "quotactl": (179, 60), "syslog": (103, 116),
    "settimeofday": (164, 170), "clock_settime": (227, 112), "sethostname": (170, 161), "fanotify_init": (300, 262),
    # memory and messages of others
    "shmget": (29, 194), "shmat": (30, 196), "shmctl": (31, 195), "semget": (64, 190), "semop": (65, 193),
    "semctl": (66, 191), "semtimedop": (220, 192), "msgget": (68, 186), "msgsnd": (69, 189), "msgrcv": (70, 188),
    "msgctl": (71, 187), "mq_open": (240, 180),
}  # fmt: skip
"""Refused whatever their arguments: numbers on each of `NAMES`."""
SOCKETPAIR, SENDTO, CLONE, CLONE3, PRLIMIT = (53, 199), (44, 206), (56, 220), (435, 435), (302, 261)
TO_A_PROCESS = ((62, 129), (200, 130), (234, 131), (129, 138), (297, 240))
"""kill, tkill, tgkill, rt_sigqueueinfo and rt_tgsigqueueinfo: the process is their first argument."""
PIDFD_SEND_SIGNAL = (424, 424)

Instruction = tuple[int, int, int, int]


def is_known() -> bool:
    """Whether there is a filter for this machine."""
    return platform.machine() in ARCHITECTURES and ctypes.sizeof(ctypes.c_void_p) == 8


def restrict(signals: bool) -> None:
    """Filter the system calls of this process and of all it starts, for good.

    Args:
        signals: whether it may signal others, which Landlock keeps within bounds where it is new enough; if not, this
            process alone can be signalled.

    Raises:
        OSError: the kernel refuses.
    """
    linux.gain_no_privileges()
    program = b"".join(struct.pack("HBBI", *one) for one in instructions(platform.machine(), signals))
    held = ctypes.create_string_buffer(program)
    count = len(program) // 8
    attributes = struct.pack("HxxxxxxP", count, ctypes.addressof(held))
    linux.call("prctl", PR_SET_SECCOMP, MODE_FILTER, attributes, 0, 0)


def instructions(machine: str, signals: bool) -> list[Instruction]:
    """The filter; a jump counts the instructions it leaves out."""
    which = NAMES.index(machine)
    own = os.getpid()
    program: list[Instruction] = [
        (LOAD, 0, 0, ARCHITECTURE),
        (EQUAL, 1, 0, ARCHITECTURES[machine]),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER),
        (ANY_BIT, 0, 1, X32),
        _refuse(errno.ENOSYS),
    ]
    for numbers in CALLS.values():
        program += [(EQUAL, 0, 1, numbers[which]), _refuse()]
    program += [(EQUAL, 0, 1, CLONE3[which]), _refuse(errno.ENOSYS)]  # the C library then uses clone
    program += _only_if(SOCKETPAIR[which], [_argument(1), (AND, 0, 0, 0xF), (EQUAL, 1, 0, STREAM)])
    program += _only_if(CLONE[which], [_argument(0), (ANY_BIT, 0, 1, NEW_NAMESPACES)])
    program += _only_if(SENDTO[which], [_argument(4), (EQUAL, 0, 2, 0), _argument(4, high=True), (EQUAL, 1, 0, 0)])
    program += _only_if(PRLIMIT[which], _one_of(0, own))
    if not signals:
        for numbers in TO_A_PROCESS:
            program += _only_if(numbers[which], _one_of(own, 0, -own & 0xFFFFFFFF))
        program += [(EQUAL, 0, 1, PIDFD_SEND_SIGNAL[which]), _refuse()]
    return [*program, (RETURN, 0, 0, ALLOW)]


def _refuse(number: int = errno.EPERM) -> Instruction:
    return (RETURN, 0, 0, REFUSE | number)


def _argument(index: int, *, high: bool = False) -> Instruction:
    """Load the lower or the higher half of an argument."""
    return (LOAD, 0, 0, ARGUMENTS + 8 * index + 4 * high)


def _one_of(*values: int) -> list[Instruction]:
    """Whether the first argument is one of these: then the instruction after the next is next."""
    last = len(values) - 1
    return [_argument(0), *((EQUAL, last - i + 1, 0, value) for i, value in enumerate(values))]


def _only_if(number: int, condition: Iterable[Instruction]) -> list[Instruction]:
    """Refuse a call unless the condition leaves out the instruction that follows it."""
    block = [*condition, _refuse(), (RETURN, 0, 0, ALLOW)]
    return [(EQUAL, 0, len(block), number), *block]
