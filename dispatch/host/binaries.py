"""The distribution's PostgreSQL: where its programs are, and whether they will do."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from dispatch.host.errors import PostgresMissingError

OLDEST_VERSION = 15
_DEBIAN_ROOT = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class PostgresBinaries:
    """One installed PostgreSQL: its major version and the folder of its programs."""

    version: int
    folder: Path

    def path(self, program: str) -> str:
        """Absolute path of one of its programs, such as `pg_ctl`."""
        return str(self.folder / program)


def find_postgres(installed: Path = _DEBIAN_ROOT) -> PostgresBinaries | None:
    """The newest PostgreSQL under `installed` or on PATH that is new enough and has PostGIS, or None."""
    folders = [*installed.glob("*/bin")]
    on_path = shutil.which("pg_ctl")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    found = [binaries for folder in folders if (binaries := _inspect(folder))]
    return max(found, key=lambda binaries: binaries.version, default=None)


def get_postgres(installed: Path = _DEBIAN_ROOT) -> PostgresBinaries:
    """As `find_postgres`; raises PostgresMissingError that names every way to a database."""
    binaries = find_postgres(installed)
    if binaries is None:
        raise PostgresMissingError(
            f"Không tìm thấy PostgreSQL ≥ {OLDEST_VERSION} kèm PostGIS trên máy này. Hãy cài gói của bản "
            "phân phối (Debian 12: postgresql-15-postgis-3; Ubuntu 24.04: postgresql-16-postgis-3), hoặc đặt "
            "DATABASE_URL trỏ tới một cơ sở dữ liệu có sẵn, hoặc dùng `docker compose up`.",
            f"There is no PostgreSQL ≥ {OLDEST_VERSION} with PostGIS on this machine. Install the "
            "distribution's package (Debian 12: postgresql-15-postgis-3; Ubuntu 24.04: "
            "postgresql-16-postgis-3), or set DATABASE_URL to a database you have, or use "
            "`docker compose up`.",
        )
    return binaries


def _inspect(folder: Path) -> PostgresBinaries | None:
    if not all((folder / program).exists() for program in ("initdb", "pg_ctl", "postgres")):
        return None
    version = _output(folder / "postgres", "--version")
    major = re.search(r"(\d+)", version)
    if major is None or int(major.group(1)) < OLDEST_VERSION:
        return None
    share = Path("/usr/share/postgresql") / major.group(1)
    if not share.is_dir() and (folder / "pg_config").exists():
        share = Path(_output(folder / "pg_config", "--sharedir").strip())
    if not (share / "extension" / "postgis.control").exists():
        return None
    return PostgresBinaries(int(major.group(1)), folder)


def _output(program: Path, option: str) -> str:
    return subprocess.run([program, option], capture_output=True, text=True, check=True).stdout
