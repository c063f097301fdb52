"""The digest and kind of weights on disk.

The pages in hand do not say how a directory is digested; this follows the one example in standards.json."""

import hashlib
import os
from pathlib import Path

from .errors import Bad, require

_CHUNK = 1 << 20
_MAX_FILES = 100_000


def digest_of(path: Path) -> tuple[str, str]:
    """(`sha256:…`, `file` or `directory`)"""
    if path.is_dir():
        return _directory(path), "directory"
    return "sha256:" + _file(path), "file"


def _file(path: Path) -> str:
    if path.is_symlink() or not path.is_file():
        raise Bad(f"no plain file: {path}")
    state = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            state.update(chunk)
    return state.hexdigest()


def _directory(root: Path) -> str:
    files: list[tuple[bytes, Path]] = []
    for folder, folders, names in os.walk(root, followlinks=False):
        for name in folders:
            require(not Path(folder, name).is_symlink(), f"a link: {folder}/{name}")
        for name in names:
            path = Path(folder, name)
            files.append((os.fsencode(path.relative_to(root)), path))
            require(len(files) <= _MAX_FILES, "too many files")
    state = hashlib.sha256(b"nanda-weights-directory-v1\n")
    for name_bytes, path in sorted(files):
        require(b"\n" not in name_bytes, "a line end in a name")
        state.update(b"%s  %d  %s\n" % (_file(path).encode(), path.stat().st_size, name_bytes))
    return "sha256:" + state.hexdigest()
