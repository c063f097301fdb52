"""docs/operations.md, section "On a host", as it stands there: every command, in order, with the exit that the document names."""

import json
import re
import subprocess
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from machine import until


@dataclass
class Step:
    heading: str
    command: str
    exit: int
    elsewhere: bool


def steps(document):
    section = re.search(r"^## On a host\n(.*?)^## ", document.read_text(), re.M | re.S)[1]
    found, heading, place = [], "", None
    for line in section.splitlines():
        if line.startswith("### "):
            heading = line[4:]
        elif line.startswith("```"):
            place = line[3:] or None if place is None else None
        elif place in ("bash", "bash elsewhere") and line.strip():
            command, _, comment = line.partition("   #") if "   #" in line else (line, "", "")
            found.append(Step(heading, command.strip(), int(comment.replace("exit", "") or 0), place == "bash elsewhere"))
    return found


class Walker:
    def __init__(self, machine, elsewhere, planectl):
        self.machine, self.elsewhere, self.planectl = machine, elsewhere, planectl

    def walk(self, step):
        """Planes tell each other in the background: what somebody asks is asked again for a minute."""
        # People take minutes for these steps, and within one a log is witnessed: what nobody has seen of it yet nobody would miss.
        if step.command.startswith("systemctl stop 'governance-plane-*.socket'"):
            until(90, self.is_witnessed, bool)
        patient = step.command.startswith(("su ", "grep ", "test ")) and "keygen" not in step.command
        done = until(60 if patient else 0, lambda: self.run(step), lambda done: done.returncode == step.exit)
        if done.returncode != step.exit:
            journal = self.machine.run("journalctl -p info -n 40 -o cat --no-pager -u training-plane -u governance-plane -u serving-plane "
                                       "-u 'nanda-*'").stdout
            raise AssertionError(f"{step.heading}: {step.command}\nexit {done.returncode}, not {step.exit}\n{done.stdout}{done.stderr}"
                                 f"the planes' journal ends:\n{journal}")

    def is_witnessed(self):
        planes = [json.loads(line) for line in self.machine.run("planectl status --json", user="olga").stdout.splitlines()]
        return len(planes) == 3 and all(plane["counters"]["log_cosigned"] == plane["counters"]["log_entries"] for plane in planes)

    def run(self, step):
        if step.elsewhere:
            command = step.command.replace("planectl", str(self.planectl), 1)
            return subprocess.run(["bash", "-c", command], cwd=self.elsewhere, text=True, capture_output=True, stdin=subprocess.DEVNULL,
                                  env={"PATH": "/usr/bin:/bin", "HOME": str(self.elsewhere)})
        return self.machine.run(self.filled(step.command))

    def filled(self, command):
        now = datetime.now(timezone.utc).replace(microsecond=0)
        command = command.replace("START", stamp(now - timedelta(seconds=20))).replace("END", stamp(now))
        if "APPROVAL" in command:
            shown = self.machine.run("planectl pending --json | grep -o 'approval:[0-9a-f]*' | head -n 1", user="alice").stdout
            command = command.replace("APPROVAL", shown.strip())
        return command


def stamp(time):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")
