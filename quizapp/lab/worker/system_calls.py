"""System calls by what they reach, with their numbers on each machine: those of `asm/unistd.h`.

A machine that has no such call has no number for it.
"""

from __future__ import annotations

MACHINES = ("x86_64", "aarch64")
"""The order of the numbers in every table."""

Numbers = tuple[int | None, int | None]
Calls = dict[str, Numbers]

NAMESPACES: Calls = {
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41),
    "chroot": (161, 51), "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430),
    "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442),
    "open_tree_attr": (467, 467), "open_by_handle_at": (304, 265), "name_to_handle_at": (303, 264),
}  # fmt: skip
"""Namespaces, mounts, and files by their number instead of their path."""
KERNEL: Calls = {
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),  # around the filter
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "add_key": (248, 217),
    "request_key": (249, 218), "keyctl": (250, 219), "kexec_load": (246, 104), "kexec_file_load": (320, 294),
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106), "reboot": (169, 142),
    "swapon": (167, 224), "swapoff": (168, 225), "acct": (163, 89), "quotactl": (179, 60), "quotactl_fd": (443, 443),
    "syslog": (103, 116), "settimeofday": (164, 170), "clock_settime": (227, 112), "adjtimex": (159, 171),
    "clock_adjtime": (305, 266), "sethostname": (170, 161), "setdomainname": (171, 162), "fanotify_init": (300, 262),
    "vhangup": (153, 58), "iopl": (172, None), "ioperm": (173, None),
}  # fmt: skip
"""What belongs to the whole machine, in whatever namespace; and much code that few use."""
GROUPS: Calls = {"setsid": (112, 157), "setpgid": (109, 154)}
"""Ways out of a process group, each with a share of the processor for itself."""

SOCKETS: Calls = {"socket": (41, 198), "connect": (42, 203), "bind": (49, 200), "listen": (50, 201)}
"""What makes a socket that is not connected already."""
PROCESSES: Calls = {
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "pidfd_getfd": (438, 438),
    "process_madvise": (440, 440), "kcmp": (312, 272), "migrate_pages": (256, 238), "move_pages": (279, 239),
    "setpriority": (141, 140), "ioprio_set": (251, 30), "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119), "sched_setattr": (314, 274),
}  # fmt: skip
"""The memory, descriptors and turns of other processes of the same user."""
MESSAGES: Calls = {
    "shmget": (29, 194), "shmat": (30, 196), "shmctl": (31, 195), "semget": (64, 190), "semop": (65, 193),
    "semctl": (66, 191), "semtimedop": (220, 192), "msgget": (68, 186), "msgsnd": (69, 189), "msgrcv": (70, 188),
    "msgctl": (71, 187), "mq_open": (240, 180),
}  # fmt: skip
"""Memory and messages that go by a key or a name that all of this machine share."""
MODES: Calls = {
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452), "chown": (92, None),
    "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54), "utime": (132, None), "utimes": (235, None),
    "futimesat": (261, None), "utimensat": (280, 88),
}  # fmt: skip
"""Mode, owner and times of any file, which Landlock does not govern."""
ATTRIBUTES: Calls = {
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "removexattr": (197, 14),
    "lremovexattr": (198, 15), "fremovexattr": (199, 16), "setxattrat": (463, 463), "removexattrat": (466, 466),
    "file_setattr": (469, 469), "inotify_add_watch": (254, 27), "fanotify_mark": (301, 263),
}  # fmt: skip
"""Other attributes of any file, and who uses it, which Landlock does not govern."""
TRUNCATE: Numbers = (76, 45)

CLONE, CLONE3, PRLIMIT, SETAFFINITY = (56, 220), (435, 435), (302, 261), (203, 122)
SOCKETPAIR, SENDTO, FCNTL, IOCTL = (53, 199), (44, 206), (72, 25), (16, 29)
OPEN, OPENAT, OPENAT2 = (2, None), (257, 56), (437, 437)
TO_A_PROCESS = ((62, 129), (200, 130), (234, 131), (129, 138), (297, 240))
"""kill, tkill, tgkill, rt_sigqueueinfo and rt_tgsigqueueinfo: the process is their first argument."""
PIDFD_SEND_SIGNAL = (424, 424)
