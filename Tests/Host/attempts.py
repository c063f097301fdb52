"""What each plane and the bridge, taken over, tries on its own host. An attempt runs in its own unit, with another program; and each has a
control, the same attempt by somebody who may, so that a probe that does not work cannot pass for a refusal."""

from dataclasses import dataclass

PROBE = "/usr/local/lib/host-test/probe.py"
PLANES = ("training-plane", "governance-plane", "serving-plane")
BRIDGE = "nanda-bridge"
SERVICES = (*PLANES, BRIDGE)
STATE, RUN, ETC = "/var/lib/nanda-planes", "/run/nanda-planes", "/etc/nanda-planes"
# Each socket, and somebody of its audience.
SOCKETS = {
    "training-plane/submit.sock": "trainer", "governance-plane/ingest.sock": "training-plane",
    "governance-plane/approve.sock": "alice", "governance-plane/observe.sock": "serving-plane",
    "governance-plane/read.sock": "olga", "serving-plane/control.sock": "governance-plane",
    "serving-plane/revoke.sock": "alice", "serving-plane/deploy.sock": "ci", "serving-plane/read.sock": "olga",
}
# What makes a unit a daemon, and not what confines it.
DAEMON = {"Type", "NotifyAccess", "ExecStart", "ExecReload", "Sockets", "Restart", "RestartSec", "WatchdogSec", "TimeoutStartSec",
          "TimeoutStopSec"}


@dataclass
class Attempt:
    plane: str
    what: str
    probe: str
    control: str  # who may, and by what probe where it is another
    control_probe: str
    outcome: str = ""
    control_outcome: str = ""
    held: bool = False


class Attacker:
    def __init__(self, machine):
        self.machine = machine
        self.confinement = {plane: confinement(machine.must(f"systemctl cat {plane}.service")) for plane in SERVICES}

    def attempts(self):
        for plane in SERVICES:
            yield from self.others(plane)
            yield from self.sockets(plane)
            yield from self.writes(plane)
            yield from self.kernel(plane)

    def others(self, plane):
        """Another service's key, database, memory and environment."""
        for other in SERVICES:
            key = self.machine.must(f"ls {ETC}/private/{other}.pem {ETC}/private/{other}.cred 2>/dev/null | head -n 1")
            yield Attempt(plane, f"read {key}", f"read {key}", "root", f"read {key}")
            if other == plane:
                continue
            pid = self.machine.main_pid(other)
            database = f"{STATE}/{other}/state.sqlite"
            handed = f"/run/credentials/{other}.service/{'reader' if other == BRIDGE else 'plane'}.pem"
            yield Attempt(plane, f"read {database}", f"read {database}", other, f"read {database}")
            yield Attempt(plane, f"write {database}", f"write {database}", other, f"write {database}")
            yield Attempt(plane, f"read {handed}", f"read {handed}", "root", f"read {handed}")
            for name, probe in (("memory", "memory"), ("environment", "environment")):
                yield Attempt(plane, f"read the {name} of {other}", f"{probe} {pid}", "root", f"{probe} {pid}")
                yield Attempt(plane + " (bare)", f"read the {name} of {other}", f"{probe} {pid}", "root", f"{probe} {pid}")
            yield Attempt(plane, f"trace {other}", f"trace {pid}", "root", f"trace {pid}")
            yield Attempt(plane, f"send {other} a signal", f"kill {pid}", "root", f"kill {pid}")

    def sockets(self, plane):
        for path, audience in SOCKETS.items():
            # Both read sockets are the bridge's too.
            if audience != plane and not (plane == BRIDGE and path.endswith("/read.sock")):
                probe = f"connect {RUN}/{path}"
                yield Attempt(plane, f"connect to {path}", probe, audience, probe)

    def writes(self, plane):
        # The bridge has no sockets of its own there.
        own = [f"{RUN}/{plane}"] if plane != BRIDGE else [f"{RUN}/{other}" for other in PLANES]
        for folder in (ETC, f"{ETC}/trust", RUN, *own, "/usr/bin", "/srv/models", "/home/alice", "/var"):
            yield Attempt(plane, f"write below {folder}", f"write {folder}/probe", "root", f"write {folder}/probe")
        yield Attempt(plane, "write beside its state", f"write {STATE}/probe", plane, f"write {STATE}/{plane}/probe")

    def kernel(self, plane):
        for family in ("AF_INET", "AF_INET6", "AF_NETLINK") if plane != BRIDGE else ("AF_INET6", "AF_NETLINK"):
            yield Attempt(plane, f"open an {family} socket", f"network {family}", "trainer", f"network {family}")
        yield Attempt(plane, "make a user namespace", "namespace", "trainer", "namespace")
        yield Attempt(plane, "map writable, executable memory", "code", "trainer", "code")
        yield Attempt(plane, "take 4 GB of memory", "fill 4096", f"{plane}, 64 MB", "fill 64")
        yield Attempt(plane, "start 600 threads", "tasks 600", f"{plane}, 100 threads", "tasks 100")

    def judge(self, attempt):
        allowed, attempt.outcome = self.probe(attempt.plane, attempt.probe)
        attempt_refused = not allowed
        allowed, attempt.control_outcome = self.probe(attempt.control.split(",")[0], attempt.control_probe)
        attempt.held = attempt_refused and allowed and attempt.outcome != "broken"
        return attempt

    def probe(self, who, probe):
        """Whether it was allowed, and in what words it was refused."""
        command = f"python3 {PROBE} {probe}"
        if who in SERVICES:
            done = self.machine.run(f"systemd-run --wait --pipe --collect {self.confinement[who]} {command}")
        elif who == "root":
            done = self.machine.run(command)
        else:
            done = self.machine.run(f"runuser -u {who.split(' ')[0]} -- {command}")
        if done.returncode == 0 and done.stdout.strip() == "allowed":
            return True, "allowed"
        if done.returncode == 10:
            return False, done.stdout.strip()
        return False, ended(done) or "broken"


def ended(done):
    """The signal by which the kernel ended the probe."""
    names = {128 + 9: "ended by SIGKILL (memory)", 128 + 31: "ended by SIGSYS", 255: None}
    for text, name in (("status=KILL", "ended by SIGKILL (memory)"), ("oom-kill", "ended by SIGKILL (memory)"),
                       ("status=31/SYS", "ended by SIGSYS"), ("status=SYS", "ended by SIGSYS")):
        if text in done.stderr:
            return name
    return names.get(done.returncode)


def confinement(unit):
    """The settings of a unit and of its drop-ins, as options for a transient one."""
    settings, section = [], ""
    for line in map(str.strip, unit.splitlines()):
        name = line.split("=")[0]
        if line.startswith("["):
            section = line
        elif line == "LoadCredential=":
            settings = [setting for setting in settings if not setting.startswith(line)]
        elif section == "[Service]" and "=" in line and not line.startswith("#") and name not in DAEMON:
            settings.append(line)
    return " ".join(f"--property='{setting}'" for setting in settings)
