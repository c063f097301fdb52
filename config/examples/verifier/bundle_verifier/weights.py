"""The digest and kind of weights on disk."""

import hashlib
import os
from pathlib import Path

from .errors import Bad, require

_CHUNK = 1 << 20
_HEADER = b"nanda-weights-directory-v1\n"
_MAX_ENTRIES = 1_000_000
_MAX_DEPTH = 64
_MAX_PATH = 4095


def digest_of(path: Path) -> tuple[str, str]:
    """(`sha256:…`, `file` or `directory`)"""
    require(not path.is_symlink(), f"a link: {path}")
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
    files = sorted((_manifest_name(path, root), path) for path in _files(root))
    require(bool(files), f"no file in {root}")
    state = hashlib.sha256(_HEADER)
    for name, path in files:
        state.update(b"%s  %d  %s\n" % (_file(path).encode(), path.stat().st_size, name))
    return "sha256:" + state.hexdigest()


def _files(root: Path) -> list[Path]:
    found: list[Path] = []
    entries = 0
    for folder, folders, names in os.walk(root, followlinks=False, onerror=_raise):
        entries += len(folders) + len(names)
        require(entries <= _MAX_ENTRIES, "too many files and directories")
        for name in folders:
            path = Path(folder, name)
            require(not path.is_symlink(), f"a link: {path}")
            require(len(path.relative_to(root).parts) < _MAX_DEPTH, f"too deep: {path}")
        found += [Path(folder, name) for name in names]
    return found


def _raise(error: OSError) -> None:
    raise error


def _manifest_name(path: Path, root: Path) -> bytes:
    name = os.fsencode(path.relative_to(root))
    try:
        name.decode("utf-8")
    except UnicodeDecodeError:
        raise Bad(f"a name that is not UTF-8: {name!r}") from None
    require(all(byte >= 0x20 and byte != 0x7F for byte in name), f"a control character in a name: {name!r}")
    require(len(name) <= _MAX_PATH, "a path that is too long")
    return name
