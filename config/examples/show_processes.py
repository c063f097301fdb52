#!/usr/bin/env python3
"""Shows what the kernel knows of running processes: executable, open database, listening Unix sockets.

usage: show_processes.py PID...
"""
import os
import sys


def listening_sockets():
    """Inode of every listening Unix socket to its path (proc(5), /proc/net/unix; flag 0x10000 is a listener)."""
    sockets = {}
    with open("/proc/net/unix", encoding="utf-8") as table:
        for line in list(table)[1:]:
            fields = line.split()
            if int(fields[3], 16) & 0x10000 and len(fields) > 7:
                sockets[fields[6]] = fields[7]
    return sockets


def describe(pid, sockets):
    held = [os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")]
    databases = sorted({name for name in held if name.endswith(".sqlite")})
    served = sorted({sockets[name[8:-1]] for name in held if name.startswith("socket:[") and name[8:-1] in sockets})
    print(f"  pid {pid}  {os.readlink(f'/proc/{pid}/exe')}")
    for database in databases:
        print(f"      database  {database}")
    for path in served:
        print(f"      socket    {path}")
    return len(databases) == 1 and served != []


def main():
    sockets = listening_sockets()
    sound = [describe(pid, sockets) for pid in sys.argv[1:]]
    if not all(sound):
        sys.exit("a plane does not hold exactly one database and its sockets")


main()
