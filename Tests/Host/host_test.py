#!/usr/bin/env python3
"""The order of the host test; Tests/Host/run.sh says what it is for."""

import argparse
import re
import shutil
import sys
from pathlib import Path

from attempts import BRIDGE, PLANES, PROBE, Attacker
from endurance import Endurance, newer
from machine import Machine, NotRun
from people import People
from report import Report
from walkthrough import Walker, steps

REPOSITORY = Path(__file__).resolve().parents[2]
# Each unit of the package, and how exposed it may be by systemd-analyze: the bridge by its network more than a plane; None: as the
# operator's program needs it.
EXPOSURES = {plane: 0.4 for plane in PLANES} | {BRIDGE: 1.1, "nanda-planes-watch": None, "nanda-planes-endpoint@staging": None}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("work", "package", "planectl"):
        parser.add_argument(f"--{name}", type=lambda path: Path(path).resolve(), required=name == "work")
    parser.add_argument("--check", action="store_true", help="boot and end a system, and nothing else")
    options = parser.parse_args()
    elsewhere = options.work / "elsewhere"
    shutil.rmtree(elsewhere, ignore_errors=True)
    (elsewhere / "transfer").mkdir(parents=True)
    machine = Machine(options.work / "base", options.work, elsewhere / "transfer")
    try:
        machine.boot()
        return 0 if options.check else run(machine, elsewhere, options)
    except NotRun as reason:
        print(f"test-host: NOT RUN: {reason}", file=sys.stderr)
        return 77
    finally:
        machine.off()


def run(machine, elsewhere, options):
    report = Report(options.package)
    provide(machine, options.package, options.work)
    chapters(machine, report, Walker(machine, elsewhere, options.planectl))
    report.write(REPOSITORY / "docs/host-test.md")
    print(report.summary())
    return 1 if report.failures else 0


def provide(machine, package, work):
    """What is brought to the host: the package, two that come after it, and the probe."""
    home = machine.root / "root"
    shutil.copy(package, home / "nanda-planes.deb")
    newer(package, work, home / "nanda-planes_NEW.deb", "+1")
    newer(package, work, home / "nanda-planes_NEWER.deb", "+2")
    machine.write(PROBE, (Path(__file__).parent / "probe.py").read_text())


def chapters(machine, report, walker):
    walk(report, walker)
    attack(machine, report, "as installed")
    security(machine, report)
    told(machine, report)
    endurance(machine, report)
    machine.reboot()
    report.promise("after a reboot, what runs is authorized", Endurance(machine).authorized())
    report.promise(f"and {BRIDGE} tells that it may run", Endurance(machine).told())
    attack(machine, report, "after a reboot")
    removed(machine, report)


def walk(report, walker):
    for step in steps(REPOSITORY / "docs/operations.md"):
        say(f"{step.heading}: {'(elsewhere) ' if step.elsewhere else ''}{step.command}")
        walker.walk(step)
        report.steps[step.heading] = report.steps.get(step.heading, 0) + 1


def attack(machine, report, when):
    attacker = Attacker(machine)
    for attempt in attacker.attempts():
        attacker.judge(attempt)
        say(f"{'held' if attempt.held else 'NOT HELD'}: {attempt.plane}: {attempt.what}: {attempt.outcome}"
            f" (control {attempt.control}: {attempt.control_outcome})")
        report.attempt(when, attempt)
    report.promise(f"{when}, and attacked, what runs is authorized", Endurance(machine).authorized())


def security(machine, report):
    for unit, limit in EXPOSURES.items():
        shown = machine.run(f"systemd-analyze security --no-pager {unit}.service").stdout
        level = re.search(r"Overall exposure level for \S+: (\d+\.\d)", shown)
        report.exposure(unit, float(level[1]), limit)


def told(machine, report):
    people = People(machine)
    report.promise("a reader's report is without the training plane's log, says so, and exits 0", people.reader_reports())
    report.promise("a reader's doctor says what it may not see, and judges the rest", people.reader_examines())
    report.promise("with a plane stopped, people are told the unit that starts it", people.hears_of_units())


def endurance(machine, report):
    trial = Endurance(machine)
    for plane in PLANES:
        report.promise(f"{plane} is killed, and is back", trial.killed(plane))
    report.promise(f"{BRIDGE} is killed, and tells again what may run", trial.bridge_killed())
    for service in ("governance-plane", BRIDGE):
        report.promise(f"{service} hangs, and is started again by the watchdog", trial.hung(service))
    for name, change in (("an upgrade", "apt-get install -y ./nanda-planes_NEWER.deb"),
                         ("systemctl stop, and start", "for i in 1 2 3; do systemctl restart training-plane governance-plane; sleep 1; done")):
        receipts, lost, failures = trial.under_load(change)
        report.promise(f"{name} under load: {receipts} receipts, {lost} lost, {len(failures)} refused{f': {failures[0]}' if failures else ''}",
                       receipts > 0 and not lost and not failures)
    held, words = trial.stopped_while_deploying()
    report.promise(f"serving-plane is stopped while it copies weights: {words}", held)
    report.promise("the upgrade is what runs", machine.must("dpkg-query -W -f '${Version}' nanda-planes").endswith("+2") and trial.authorized())


def removed(machine, report):
    """Keys and data outlive the package, and the system is clean of the rest."""
    kept = "ls -d /etc/nanda-planes/private/*.pem /etc/nanda-planes/trust/*.root.json /var/lib/nanda-planes/*/state.sqlite"
    before = machine.must(kept)
    machine.must("apt-get purge -y nanda-planes")
    report.promise("purging the package keeps keys, trust roots and databases", machine.must(kept) == before)
    report.promise("and ends every plane that ran, and the bridge", machine.run("pgrep -f '^/usr/bin/([a-z]*-plane|nanda-bridge) '").returncode == 1)
    left = machine.run("ls /usr/bin/*-plane /usr/bin/nanda-bridge /usr/bin/planectl /lib/systemd/system/*plane* /lib/systemd/system/nanda* /usr/share/nanda-planes 2>/dev/null").stdout
    report.promise("and leaves no program and no unit", left == "")
    machine.must("apt-get install -y ./nanda-planes.deb")
    report.promise("installing it again works", machine.run("planectl --version").returncode == 0)


def say(text):
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
