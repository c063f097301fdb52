"""What a host does to its planes: each service is killed, upgraded and stopped under load, and nothing that was answered is lost."""

import json
import subprocess
import threading

from attempts import BRIDGE, PLANES
from machine import until

LINE = {"model_id": "", "weights_hash": "", "weights_kind": "file", "correlation_id": ""}


class Endurance:
    def __init__(self, machine):
        self.machine, self.count = machine, 0

    def authorized(self):
        """What runs is authorized, by all three planes' leave."""
        ask = lambda: self.machine.run("planectl authorize iris -e production", user="olga")
        return until(60, ask, lambda done: done.returncode == 0).returncode == 0

    def killed(self, plane):
        """kill -9: another process is there, and what ran is authorized again."""
        before = self.machine.main_pid(plane)
        self.machine.must(f"kill -9 {before}")
        after = until(60, lambda: self.machine.main_pid(plane), lambda pid: pid not in (0, before))
        return after not in (0, before) and self.authorized()

    def told(self):
        """The bridge tells that it may run, by a decision of now."""
        ask = lambda: self.machine.run("curl -sf 'http://127.0.0.1:8370/nanda/resolve?agent=iris' | grep -q '\"status\":\"VERIFIED\"'", user="olga")
        return until(60, ask, lambda done: done.returncode == 0).returncode == 0

    def bridge_killed(self):
        before = self.machine.main_pid(BRIDGE)
        self.machine.must(f"kill -9 {before}")
        after = until(60, lambda: self.machine.main_pid(BRIDGE), lambda pid: pid not in (0, before))
        return after not in (0, before) and self.told()

    def hung(self, plane):
        """What is stopped and not ended falls silent: the watchdog ends it."""
        before = self.machine.main_pid(plane)
        self.machine.must(f"kill -STOP {before}")
        after = until(120, lambda: self.machine.main_pid(plane), lambda pid: pid not in (0, before))
        return after not in (0, before) and self.authorized() and self.told()

    def under_load(self, change):
        """Submits all the while that `change` runs; every receipt must be known to governance in the end, and nobody may be refused."""
        submitter = Submitter(self.machine, self.count)
        submitter.start()
        self.machine.must(change)
        submitter.end()
        self.count = submitter.count
        known = until(60, self.known, lambda known: submitter.receipts <= known)
        lost = submitter.receipts - known
        return len(submitter.receipts), len(lost), submitter.failures

    def stopped_while_deploying(self, megabytes=1500):
        """Stops the serving plane once the copy has begun; what it was asked is done or undone as a whole, and can be asked again."""
        weights = "/srv/models/large.bin"
        self.machine.must(f"head -c {megabytes}M /dev/zero >{weights} && chmod 644 {weights}")
        line = json.dumps({"model_id": "large", "weights": weights, "correlation_id": "large"})
        self.machine.must(f"echo '{line}' | planectl submit", user="trainer")
        until(30, lambda: self.machine.run("planectl propose large -e production", user="alice"), lambda done: done.returncode == 0)
        self.machine.must("planectl approve $(planectl pending --json | grep -o 'approval:[0-9a-f]*' | head -n 1)", user="carol")
        before = self.stored()
        deploy = threading.Thread(target=lambda: outcome.append(self.deploy_large(weights).returncode))
        outcome = []
        deploy.start()
        grown = until(60, self.stored, lambda size: size > before + 50 or not deploy.is_alive())
        self.machine.must("systemctl stop serving-plane")
        deploy.join()
        self.machine.must("systemctl start serving-plane")
        again = until(60, lambda: self.deploy_large(weights), lambda done: done.returncode == 0).returncode
        whole = self.machine.run(f"planectl authorize large -e production --weights {weights}", user="ci").returncode
        held = grown > before + 50 and again == 0 and whole == 0 and self.authorized()
        return held, f"the caller saw exit {outcome[0]}, and after the start exit {again} for the same request"

    def deploy_large(self, weights):
        return self.machine.run(f"planectl deploy large -e production --weights {weights}", user="ci")

    def stored(self):
        return int(self.machine.must("du -sm /srv/model-store | cut -f1"))

    def known(self):
        found, after = set(), self.machine.run("planectl pending --json", user="alice").stdout
        for line in after.splitlines():
            found.add(json.loads(line).get("training_output_digest"))
        return found


class Submitter(threading.Thread):
    """One line after the other, each by a `planectl submit` of its own."""

    def __init__(self, machine, first):
        super().__init__()
        self.machine, self.count, self.receipts, self.failures = machine, first, set(), []
        self.ending = threading.Event()

    def run(self):
        while not self.ending.is_set():
            self.count += 1
            line = LINE | {"model_id": f"load-{self.count}", "weights_hash": f"{self.count:064x}", "correlation_id": f"load-{self.count}"}
            done = self.machine.run(f"echo '{json.dumps(line)}' | planectl submit --timeout 60s", user="trainer")
            if done.returncode == 0:
                self.receipts.add(json.loads(done.stdout)["digest"])
            else:
                self.failures.append(done.stdout + done.stderr)

    def end(self):
        self.ending.set()
        self.join()


def newer(package, work, target, suffix):
    """The same package with a higher version, as an upgrade."""
    tree = work / "newer"
    subprocess.run(["rm", "-rf", tree], check=True)
    subprocess.run(["dpkg-deb", "-R", package, tree], check=True)
    control = tree / "DEBIAN/control"
    lines = [f"{line}{suffix}" if line.startswith("Version:") else line for line in control.read_text().splitlines()]
    control.write_text("\n".join(lines) + "\n")
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "-b", tree, target], check=True, stdout=subprocess.DEVNULL)
