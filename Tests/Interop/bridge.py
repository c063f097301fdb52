"""A real nanda-bridge beside a home's planes, and an honest client of `sm-bridge` 0.8.0 that follows it."""

import hashlib
import os
import re
import signal
import subprocess
import time

import httpx
from sm_bridge import DeltaStore, current_facts, pull_deltas

from home import PATIENCE
from reverify import Reverifier

REGISTRY = "acme"
PROVIDER = "https://acme.example"


class Bridge:
    """Listens on a port that the system gives it; `options` are lines of its config, each in the place of the one that stands there."""

    def __init__(self, home, options=(), text=""):
        self.home, self.folder = home, home.path / "nanda-bridge"
        self.original = (self.folder / "config.yaml").read_text()
        self.log = self.folder / "test.log"
        self.start(options, text)

    def configure(self, options, text):
        lines = ["listen: 127.0.0.1:0", "poll_seconds: 1", f"registry_id: {REGISTRY}", *options]
        keys = {line.split(":")[0] for line in lines} | {"provider"}
        kept = [line for line in self.original.splitlines()
                if line.split(":")[0] not in keys and not line.startswith((" ", "#"))]
        provider = ["provider:", "  name: Acme", f"  url: {PROVIDER}"]
        (self.folder / "config.yaml").write_text("\n".join([*kept, *lines, *provider, text, ""]))

    def start(self, options=(), text=""):
        self.configure(options, text)
        with self.log.open("wb") as log:
            arguments = [self.home.binaries / "nanda-bridge", "run", "--config", self.folder / "config.yaml"]
            self.process = subprocess.Popen(arguments, stderr=log, stdin=subprocess.DEVNULL)
        self.url = "http://127.0.0.1:" + eventually(self._port, f"the bridge listens: {self.log}")
        self.client = httpx.Client(base_url=self.url, timeout=PATIENCE)

    def _port(self):
        said = self.log.read_text()
        assert self.process.poll() is None, said
        match = re.search(r"ready address=127\.0\.0\.1:([0-9]+)", said)
        return match and match[1]

    def stop(self):
        self.client.close()
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(PATIENCE) == 0, self.log.read_text()

    def restart(self, options=(), text=""):
        self.stop()
        self.start(options, text)

    def get(self, path):
        """The JSON of an answer that is 200."""
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        return answer.json()


class Follower:
    """What a peer of the registry holds, by nothing but `pull_deltas`."""

    def __init__(self, bridge, root_digest):
        self.bridge, self.root_digest = bridge, root_digest
        self.store, self.cursor = DeltaStore(), 0

    def follow(self):
        """Pulls until there is nothing new, and believes nothing that it has not checked."""
        reverify = Reverifier(self.bridge.url, self.root_digest)
        while True:
            result = pull_deltas(self.bridge.url, self.store, self.cursor, reverify=reverify)
            assert result.cursor >= self.cursor
            if result.applied == 0:
                return
            self.cursor = result.cursor

    @property
    def agents(self):
        """Handle to facts, of those that are there."""
        self.follow()
        return current_facts(self.store, lambda facts: facts.handle)

    def last_actions(self):
        """Handle to the last that was told of it."""
        return {delta.agent.handle: delta.action for delta in self.store.snapshot()}


def eventually(ask, what, patience=3 * PATIENCE):
    """What `ask` gives once that is true."""
    deadline = time.monotonic() + patience
    while not (found := ask()):
        assert time.monotonic() < deadline, what
        time.sleep(0.05)
    return found


def weights_of(name):
    """Stands for weights that nobody deploys here."""
    return "sha256:" + hashlib.sha256(os.fsencode(name)).hexdigest()
