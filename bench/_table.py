"""Prints what a benchmark measured: medians, percentiles, ratios, and the machine it ran on."""

import gc
import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Row:
    """One measured claim: wall and processor milliseconds of every run, what is allowed, and its peer."""

    name: str
    times_ms: list[float]
    cpu_ms: list[float]
    target_ms: float | None = None
    peer_of: str = ""


@dataclass(slots=True)
class Table:
    """Rows of one benchmark, printed as Markdown."""

    title: str
    rows: list[Row] = field(default_factory=list)

    def measure(
        self,
        name: str,
        action: Callable[[], object],
        *,
        runs: int = 20,
        warm_up: int = 2,
        target_ms: float | None = None,
        peer_of: str = "",
    ) -> None:
        """Runs an action and keeps its times; `peer_of` names the row to whose processor time it is a ratio.

        Processor time stays true on a machine that has other work; it is this process's alone.
        """
        for _ in range(warm_up):
            action()
        gc.collect()
        times, cpu = [], []
        for _ in range(runs):
            started, cpu_started = time.perf_counter(), time.process_time()
            action()
            times.append((time.perf_counter() - started) * 1000)
            cpu.append((time.process_time() - cpu_started) * 1000)
        self.rows.append(Row(name, times, cpu, target_ms, peer_of))

    def print(self) -> None:
        """Prints the table and the machine."""
        cpu = {row.name: statistics.median(row.cpu_ms) for row in self.rows}
        print(f"## {self.title}\n\n{describe_machine()}\n")
        print("| what | runs | p50 ms | p90 ms | p99 ms | max ms | CPU p50 ms | target ms | ratio |")
        print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
        for row in self.rows:
            ratio = f"{cpu[row.name] / cpu[row.peer_of]:.1f}x" if row.peer_of else ""
            target = "" if row.target_ms is None else f"{row.target_ms:g}"
            print(
                f"| {row.name} | {len(row.times_ms)} | {statistics.median(row.times_ms):.2f} "
                f"| {percentile(row.times_ms, 90):.2f} | {percentile(row.times_ms, 99):.2f} "
                f"| {max(row.times_ms):.2f} | {cpu[row.name]:.2f} "
                f"| {target} | {ratio} |"
            )


def percentile(values: list[float], percent: float) -> float:
    """Nearest-rank percentile of a non-empty list."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * int(percent) // 100) - 1)]


def describe_machine() -> str:
    """Processor, cores, memory, load and interpreter in one line."""
    processor = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        lines = cpuinfo.read_text().splitlines()
        models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
        processor = models[0] if models else processor
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{processor}, {os.cpu_count()} cores, {memory_gb:.0f} GB, load {os.getloadavg()[0]:.1f}, "
        f"Python {platform.python_version()}, {platform.system()} {platform.release()}"
    )
