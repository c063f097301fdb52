#!/usr/bin/env python3
"""One attempt, made inside the machine by whoever runs this. Exit 0 when it was allowed, 10 when the system refused, with the reason."""

import ctypes
import mmap
import os
import socket
import sys
import threading
import time

CLONE_NEWUSER = 0x10000000
PTRACE_ATTACH, PTRACE_DETACH = 16, 17
libc = ctypes.CDLL(None, use_errno=True)


def checked(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def read(path):
    with open(path, "rb") as file:
        file.read(1)


def memory(pid):
    """The first byte of what the process has mapped first."""
    with open(f"/proc/{pid}/maps") as maps:
        address = int(maps.readline().split("-")[0], 16)
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as file:
        file.seek(address)
        file.read(1)


def environment(pid):
    read(f"/proc/{pid}/environ")


def write(path):
    with open(path, "ab"):
        pass
    if os.path.basename(path).startswith("probe"):
        os.unlink(path)


def connect(path):
    with socket.socket(socket.AF_UNIX) as stream:
        stream.connect(path)


def network(family):
    socket.socket(getattr(socket, family), socket.SOCK_DGRAM).close()


def namespace():
    checked(libc.unshare(CLONE_NEWUSER))


def trace(pid):
    checked(libc.ptrace(PTRACE_ATTACH, int(pid), None, None))
    os.waitpid(int(pid), 0x40000000)
    checked(libc.ptrace(PTRACE_DETACH, int(pid), None, None))


def kill(pid):
    os.kill(int(pid), 0)


def code():
    """Memory that can be written and executed."""
    mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)


def fill(megabytes):
    """Takes memory and touches it; past the unit's limit the kernel ends this process."""
    kept = []
    for _ in range(int(megabytes) // 16):
        kept.append(bytearray(b"x") * (16 << 20))


def tasks(count):
    for _ in range(int(count)):
        threading.Thread(target=time.sleep, args=(3,), daemon=True).start()


def main(name, *arguments):
    try:
        globals()[name](*arguments)
    except (OSError, RuntimeError, MemoryError) as refusal:
        print(getattr(refusal, "strerror", None) or refusal)
        sys.exit(10)
    print("allowed")


if __name__ == "__main__":
    main(*sys.argv[1:])
