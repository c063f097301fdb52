"""KServe: writes PATCHES/MODEL.json, the merge patch of an InferenceService whose predictor reads `storageUri`. What applies
it (`kubectl patch inferenceservice MODEL --type merge --patch-file FILE`, or a repository that a controller follows) is the
operator's; with --apply, the command that does is run here, and its failure is the deploy's."""

import json
import os
import shlex
import subprocess
from pathlib import Path
from urllib.parse import quote

from orders import Refused


class KServe:
    def __init__(self, options):
        self.patches, self.prefix, self.store = Path(options.patches), options.uri_prefix, Path(options.store).resolve()
        self.apply = shlex.split(options.apply)

    @staticmethod
    def arguments(parser):
        parser.add_argument("--patches", required=True, help="folder of the patches")
        parser.add_argument("--uri-prefix", required=True, help="the store as the cluster sees it: pvc://models/store")
        parser.add_argument("--apply", default="", help="command that applies the patch whose path it gets last")

    def deploy(self, model_id, weights):
        self.patch(model_id, f"{self.prefix}/{weights.relative_to(self.store)}")

    def undeploy(self, model_id):
        self.patch(model_id, None)

    def patch(self, model_id, uri):
        # In a merge patch null takes the field away, and a predictor without a model serves nothing.
        patch = {"spec": {"predictor": {"model": {"storageUri": uri} if uri else None}}}
        file = self.patches / (quote(model_id, safe="") + ".json")
        draft = file.with_suffix(".new")
        draft.write_text(json.dumps(patch, indent=2) + "\n")
        os.replace(draft, file)
        if self.apply and (code := subprocess.run([*self.apply, str(file)], stdin=subprocess.DEVNULL).returncode):
            raise Refused(f"{self.apply[0]} ended with {code}")
