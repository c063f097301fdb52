"""An inference server that reads its weights when it starts, as vLLM does: LINKS/MODEL leads to the weights, and a command
of the operator's starts it anew. The command finds MODEL_ID and MODEL_PATH in its environment; it must end with 0 once the
server answers, for example `sh -c 'systemctl restart vllm && curl --retry 60 --retry-all-errors -sf localhost:8000/health'`."""

import os
import shlex
import subprocess
from pathlib import Path
from urllib.parse import quote

from orders import Refused


class Restart:
    def __init__(self, options):
        self.links, self.timeout = Path(options.links), options.command_timeout
        self.start, self.stop = shlex.split(options.start), shlex.split(options.stop)

    @staticmethod
    def arguments(parser):
        parser.add_argument("--links", required=True, help="folder of the links that the server reads through")
        parser.add_argument("--start", required=True, help="command that starts the server anew and waits for it")
        parser.add_argument("--stop", required=True, help="command that stops the server")
        parser.add_argument("--command-timeout", type=int, default=240, help="seconds that a command may take")

    def deploy(self, model_id, weights):
        link = self.link(model_id)
        draft = link.with_name(link.name + ".new")
        draft.unlink(missing_ok=True)
        draft.symlink_to(weights)
        os.replace(draft, link)
        self.run(self.start, model_id, link)

    def undeploy(self, model_id):
        link = self.link(model_id)
        self.run(self.stop, model_id, link)
        link.unlink(missing_ok=True)

    def link(self, model_id):
        return self.links / quote(model_id, safe="")

    def run(self, command, model_id, link):
        environment = os.environ | {"MODEL_ID": model_id, "MODEL_PATH": str(link)}
        try:
            done = subprocess.run(command, env=environment, timeout=self.timeout, stdin=subprocess.DEVNULL)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Refused(f"{command[0]}: {error}") from None
        if done.returncode:
            raise Refused(f"{command[0]} ended with {done.returncode}")
