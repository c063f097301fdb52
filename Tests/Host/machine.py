"""A Debian with its own systemd, users and network namespace, and this machine's kernel: `systemd-nspawn` of a copied tree."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

# Where the kernel still has one cgroup hierarchy for each controller, nspawn gives a system its own but read-only: limits would be
# set and not enforced. This is the system's process 1 for a moment, and makes them its own.
INIT = """#!/bin/sh
for controller in memory pids; do
  mount -o remount,bind,rw,nosuid,nodev,noexec /sys/fs/cgroup/$controller 2>/dev/null
done
exec /lib/systemd/systemd
"""
CONTROLLERS = [Path("/sys/fs/cgroup") / name / "planes-host-test" for name in ("memory", "pids")]


class NotRun(Exception):
    """Why the test cannot be run on this machine."""


class Machine:
    def __init__(self, base, work, transfer):
        self.root, self.console, self.transfer = work / "root", work / "console.log", transfer
        shutil.rmtree(self.root, ignore_errors=True)
        subprocess.run(["cp", "-a", "--reflink=auto", base, self.root], check=True)
        self.write("/usr/local/sbin/host-init", INIT, 0o755)
        self.write("/etc/machine-id", "")
        self.write("/etc/hostname", "planes\n")
        self.nspawn = None

    def write(self, path, text, mode=0o644):
        target = self.root / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
        target.chmod(mode)

    def boot(self):
        command = ["systemd-nspawn", "--quiet", "--directory", self.root, "--private-network", "--register=no", "--keep-unit",
                   "--console=pipe", f"--bind={self.transfer}:/root/transfer", "/usr/local/sbin/host-init"]
        with open(self.console, "ab") as console:
            self.nspawn = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=console, stderr=console,
                                           start_new_session=True, preexec_fn=own_cgroups)
        state = until(60, self.state, lambda state: state in ("running", "degraded"))
        if state != "running":
            raise NotRun(f"the system did not boot: {state or 'no answer'}; {self.console} and systemctl --failed say why")

    def state(self):
        return self.run("systemctl is-system-running 2>&1").stdout.strip() if self.leader() else None

    def leader(self):
        """The system's process 1, as it is called here."""
        children = Path(f"/proc/{self.nspawn.pid}/task/{self.nspawn.pid}/children").read_text().split()
        return int(children[0]) if children else None

    def run(self, command, user=None, timeout=180):
        """A command line of root's, or of somebody who has logged in."""
        words = ["su", "-", user, "-c", command] if user else ["bash", "-c", f"cd /root; {command}"]
        clean = ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LANG=C.UTF-8", "DEBIAN_FRONTEND=noninteractive"]
        return subprocess.run(["nsenter", "--target", str(self.leader()), "--all", *clean, *words], text=True, errors="replace",
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout)

    def must(self, command, user=None):
        done = self.run(command, user)
        if done.returncode:
            raise AssertionError(f"{command}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout.strip()

    def main_pid(self, unit):
        return int(self.must(f"systemctl show --property=MainPID --value {unit}"))

    def reboot(self):
        """The system ends itself; nspawn then ends with it, and leaves starting it again to whoever started it."""
        self.run("systemctl reboot")
        self.nspawn.wait(60)
        try:
            self.boot()
        except NotRun as reason:
            raise AssertionError(f"after a reboot {reason}") from None

    def off(self):
        if self.nspawn and self.nspawn.poll() is None:
            if self.leader():
                self.run("systemctl poweroff")
            try:
                self.nspawn.wait(60)
            except subprocess.TimeoutExpired:
                os.killpg(self.nspawn.pid, signal.SIGKILL)
                self.nspawn.wait()
        remove_cgroups()


def until(seconds, ask, holds):
    """Asks again until it holds; the last answer either way."""
    end = time.monotonic() + seconds
    while not holds(answer := ask()) and time.monotonic() < end:
        time.sleep(0.2)
    return answer


def own_cgroups():
    for group in CONTROLLERS:
        if group.parent.is_dir():
            group.mkdir(exist_ok=True)
            (group / "cgroup.procs").write_text(str(os.getpid()))


def remove_cgroups():
    for group in CONTROLLERS:
        for folder, _, _ in os.walk(group, topdown=False):
            try:
                os.rmdir(folder)
            except OSError:
                pass
