"""The digest of weights, as the plane computes it: docs/formats.md has the directory's manifest."""

import hashlib
from pathlib import Path

from orders import Refused


def file_digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def approved(order, store):
    """The folder that holds the order's weights, once their bytes are the ones that the order names."""
    folder = Path(order["weights_path"])
    if folder.resolve() != folder or not folder.is_relative_to(Path(store).resolve()):
        raise Refused(f"{folder} is not in the store {store}")
    files = sorted((file for file in folder.rglob("*") if not file.is_dir()), key=lambda file: bytes(relative(file, folder)))
    if any(file.is_symlink() or not file.is_file() for file in files):
        raise Refused(f"{folder} holds something that is no plain file")
    if order["weights_kind"] == "file":
        digest = file_digest(files[0]) if len(files) == 1 else None
    else:
        lines = (b"%s  %d  %s\n" % (file_digest(file).encode(), file.stat().st_size, bytes(relative(file, folder)))
                 for file in files)
        digest = hashlib.sha256(b"nanda-weights-directory-v1\n" + b"".join(lines)).hexdigest()
    if order["weights_hash"] != f"sha256:{digest}":
        raise Refused(f"the bytes in {folder} are sha256:{digest}, the order is for {order['weights_hash']}")
    return folder


def relative(file, folder):
    return file.relative_to(folder)
