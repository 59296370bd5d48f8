"""Processor time of the processes that a benchmark watches."""

import os
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import psycopg

_TICKS = os.sysconf("SC_CLK_TCK")


def read_cpu_s(pid: int, *, with_children: bool = False) -> float:
    """Processor seconds a process has used (proc(5): utime, stime, cutime, cstime); if asked, with those of
    its children, living and ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    used = sum(map(int, fields[11 : 15 if with_children else 13])) / _TICKS
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split() if with_children else ()
    for child in children:
        with suppress(FileNotFoundError):  # one that ends meanwhile counts as its parent's
            used += read_cpu_s(int(child), with_children=True)
    return used


class CpuMeter:
    """What named processes with their children, PostgreSQL as a whole and this process have used since the
    meter was made."""

    def __init__(self, pids: Mapping[str, int], dsn: str) -> None:
        with psycopg.connect(dsn) as connection:
            home = connection.execute("SHOW data_directory").fetchone()
        assert home is not None
        self._pids = {**pids, "PostgreSQL": int((Path(home[0]) / "postmaster.pid").read_text().split()[0])}
        self._before = self._look()

    def read(self) -> dict[str, float]:
        """Seconds by name."""
        return {name: used - self._before[name] for name, used in self._look().items()}

    def _look(self) -> dict[str, float]:
        used = {name: read_cpu_s(pid, with_children=True) for name, pid in self._pids.items()}
        return used | {"everybody else": time.process_time()}
