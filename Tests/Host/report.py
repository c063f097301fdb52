"""What the host test found, as docs/host-test.md."""

import platform
import subprocess
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

@dataclass
class Report:
    package: Path
    steps: dict = field(default_factory=dict)
    attempts: dict = field(default_factory=dict)
    promises: list = field(default_factory=list)
    exposures: list = field(default_factory=list)
    failures: list = field(default_factory=list)

    def attempt(self, when, attempt):
        self.attempts.setdefault((attempt.plane, attempt.what), []).append((when, attempt))
        if not attempt.held:
            self.failures.append(f"{when}: {attempt.plane}: {attempt.what}: {attempt.outcome} (control {attempt.control_outcome})")

    def promise(self, text, held):
        print(f"{'held' if held else 'NOT HELD'}: {text}", flush=True)
        self.promises.append((text, held))
        if not held:
            self.failures.append(text)

    def exposure(self, unit, level, limit=None):
        self.exposures.append((unit, level, limit))
        if limit is not None and level > limit:
            self.failures.append(f"{unit}: exposure {level}, over {limit}")

    def summary(self):
        count = sum(len(times) for times in self.attempts.values()) + len(self.promises) + len(self.exposures)
        lines = [f"NOT HELD: {failure}" for failure in self.failures]
        return "\n".join(lines + [f"host test: {count - len(self.failures)} passed, {len(self.failures)} failed"])

    def write(self, path):
        path.write_text("\n".join(self.lines()) + "\n")

    def lines(self):
        yield "# What a host holds: the package installed, attacked, killed, upgraded"
        yield ""
        yield f"Written by `make test-host` on {date.today()}; do not edit. {machine()}"
        yield ""
        yield (f"`{self.package.name}`, {self.package.stat().st_size // 1000000} MB, was installed on a Debian 12 that had just been made. "
               f"Every command of [operations.md, on a host](operations.md#on-a-host) was run as it stands there: "
               + ", ".join(f"{heading.lower()} ({count})" for heading, count in self.steps.items()) + ".")
        yield ""
        yield "## Promises"
        yield ""
        yield "| promise | |"
        yield "|---|---|"
        for text, held in self.promises:
            yield f"| {text} | {'held' if held else '**not held**'} |"
        yield ""
        yield "## Exposure, by `systemd-analyze security`"
        yield ""
        yield "0 is none, 10 all. What runs the operator's own programs, with the network, has no bar."
        yield ""
        yield "| unit | exposure | at most |"
        yield "|---|---|---|"
        for unit, level, limit in self.exposures:
            yield f"| `{unit}.service` | {level} | {'' if limit is None else limit} |"
        yield ""
        yield "## Attempts"
        yield ""
        yield ("Each plane and the bridge, as if taken over: another program in its own unit, as its user and with its confinement (*bare*: the user "
               "alone, without the unit). Whoever may do the same, did it right after; without that an attempt does not count as refused. "
               "All of it was tried as installed and once more after a reboot; where two outcomes differ both are shown.")
        yield ""
        yield "| who | what | refused with | who may |"
        yield "|---|---|---|---|"
        for (plane, what), times in self.attempts.items():
            outcomes = " / ".join(dict.fromkeys(attempt.outcome for _, attempt in times))
            held = all(attempt.held for _, attempt in times)
            yield f"| {plane} | {what} | {outcomes if held else f'**{outcomes}**'} | {times[0][1].control} |"


def machine():
    systemd = subprocess.run(["systemctl", "--version"], capture_output=True, text=True).stdout.split("\n")[0]
    unified = Path("/sys/fs/cgroup/cgroup.controllers").exists()
    return (f"It ran in `systemd-nspawn` (its own systemd as process 1, users, network namespace and {'unified' if unified else 'version 1'} "
            f"cgroups; {systemd}) on {platform.system()} {platform.release().split('-')[0]}, {platform.machine()}: the kernel is the "
            "machine's, the rest Debian's.")
