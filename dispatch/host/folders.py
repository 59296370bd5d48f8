"""Folders with special needs: short enough for a socket, or open to another account."""

import hashlib
import os
import tempfile
from pathlib import Path

# sun_path holds 107 bytes (unix(7)), and the socket's own name goes into them.
_LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432.lock")


def socket_folder(wanted: Path) -> Path:
    """`wanted`, or a short folder for it elsewhere when sockets in it would have too long a path."""
    if len(os.fsencode(wanted)) <= _LONGEST_SOCKET_FOLDER:
        return wanted
    return Path(tempfile.gettempdir()) / f"dispatch-centre-{short_hash(wanted)}"


def make_private_folder(folder: Path) -> Path:
    """Make `folder` for this account alone; raises PermissionError when a stranger made it before us."""
    folder.mkdir(parents=True, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        raise PermissionError(f"{folder} belongs to another user")
    folder.chmod(0o700)
    return folder


def may_strangers_pass(folder: Path) -> bool:
    """Whether any account may walk down to `folder`: every folder on the way lets others through."""
    existing = [part for part in (folder, *folder.parents) if part.exists()]
    return all(part.stat().st_mode & 0o001 for part in existing)


def short_hash(path: Path) -> str:
    """Twelve hexadecimal digits that stand for a path in names."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
