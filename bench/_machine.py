"""Processor time of the processes that a benchmark watches."""

import os
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import psycopg

_TICKS = os.sysconf("SC_CLK_TCK")


def read_cpu_s(pid: int, *, with_ended_children: bool = False) -> float:
    """Processor seconds a process has used (proc(5): utime, stime, cutime, cstime)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11 : 15 if with_ended_children else 13])) / _TICKS


class CpuMeter:
    """What named processes, PostgreSQL as a whole and this process have used since the meter was made."""

    def __init__(self, pids: Mapping[str, int], dsn: str) -> None:
        self._pids = pids
        with psycopg.connect(dsn) as connection:
            home = connection.execute("SHOW data_directory").fetchone()
        assert home is not None
        self._postmaster = int((Path(home[0]) / "postmaster.pid").read_text().split()[0])
        self._before = self._look()

    def read(self) -> dict[str, float]:
        """Seconds by name."""
        return {name: used - self._before[name] for name, used in self._look().items()}

    def _look(self) -> dict[str, float]:
        used = {name: read_cpu_s(pid) for name, pid in self._pids.items()}
        used["PostgreSQL"] = self._look_at_postgres()
        used["everybody else"] = time.process_time()
        return used

    def _look_at_postgres(self) -> float:
        children = Path(f"/proc/{self._postmaster}/task/{self._postmaster}/children").read_text().split()
        used = 0.0
        for child in children:
            with suppress(FileNotFoundError):  # one that ends meanwhile counts as the postmaster's
                used += read_cpu_s(int(child))
        return used + read_cpu_s(self._postmaster, with_ended_children=True)
