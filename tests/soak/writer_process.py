"""A writer to be killed: `python -m tests.soak.writer_process DSN SOCKET ANCHORS` says `ready` when it is."""

import asyncio
import signal
import sys
from pathlib import Path

from dispatch.core.anchors import AnchorFile, load_or_create_key
from dispatch.core.remote import CoreServer
from dispatch.core.writer import Writer, WriterLimits
from tests.integration.core.world import build_book

SNAPSHOT_EVENTS = 300


async def _serve(dsn: str, socket: Path, anchors: Path) -> None:
    key = load_or_create_key(anchors.with_suffix(".key"))
    limits = WriterLimits(snapshot_events=SNAPSHOT_EVENTS, anchor_s=0.2)
    writer = Writer(dsn, build_book(), anchors=AnchorFile(anchors, key), limits=limits)
    await writer.start()
    server = CoreServer(writer, socket)
    await server.start()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await stop.wait()
    await writer.stop()
    await server.stop()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])))
