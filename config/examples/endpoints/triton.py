"""A Triton model repository: REPOSITORY/MODEL/N/ holds version N. Triton serves the highest one and polls for changes
(`--model-control-mode=poll`); what it had before is removed once the new version stands."""

import os
import shutil
from pathlib import Path
from urllib.parse import quote


class Triton:
    def __init__(self, options):
        self.repository = Path(options.repository)

    @staticmethod
    def arguments(parser):
        parser.add_argument("--repository", required=True, help="Triton's --model-repository")

    def deploy(self, model_id, weights):
        folder = self.folder(model_id)
        folder.mkdir(exist_ok=True)
        old = self.versions(folder)
        draft = folder / ".new"
        remove(draft)
        shutil.copytree(weights, draft, copy_function=shutil.copyfile)
        # A copied folder has the mode of the store's, which nobody may change.
        for each in [draft, *(path for path in draft.rglob("*") if path.is_dir())]:
            each.chmod(0o755)
        os.rename(draft, folder / str(max(old, default=0) + 1))
        for version in old:
            remove(folder / str(version))

    def undeploy(self, model_id):
        remove(self.folder(model_id))

    def folder(self, model_id):
        # Triton's names have no slash.
        return self.repository / quote(model_id, safe="")

    @staticmethod
    def versions(folder):
        return sorted(int(each.name) for each in folder.iterdir() if each.name.isdecimal())


def remove(folder):
    if folder.exists():
        shutil.rmtree(folder)
