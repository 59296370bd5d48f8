"""Ports for servers of tests that are started by their number."""

import random
import socket
from pathlib import Path

LOWEST = 20_000


def find_free_port() -> int:
    """A port nobody listens on now, below those that the machine gives to connections: one of these could
    take it before the server is there, or while it is started again."""
    given = Path("/proc/sys/net/ipv4/ip_local_port_range")
    highest = int(given.read_text().split()[0]) if given.exists() else 32_768
    for port in random.SystemRandom().sample(range(LOWEST, max(highest, LOWEST + 1)), 100):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free")
