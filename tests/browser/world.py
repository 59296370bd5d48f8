"""The real centre on a real port, in a thread of its own, so that a browser can be driven beside it."""

import asyncio
import socket
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from dispatch.api.server import make_server
from dispatch.app import Centre, running_centre
from dispatch.core.clock import Clock
from dispatch.settings import load_settings
from tests.passwords import make_sign_in_quick

T = TypeVar("T")


class RunningCentre:
    """A centre that serves until `stop`. `run` carries a coroutine out on its loop; `settings` are names and
    values of the environment; `cookies` are those of a browser in which a login has come in before."""

    def __init__(
        self,
        dsn: str,
        data_dir: Path,
        own_dir: Path,
        planner_socket: Path | None = None,
        port: int = 0,
        *,
        clock: Clock | None = None,
        **settings: str,
    ) -> None:
        self._settings = load_settings(
            {
                "DATA_DIR": str(data_dir),
                "KEYS_DIR": str(own_dir / "keys"),
                "ANCHORS_FILE": str(own_dir / "anchors.log"),
                "PLANNER_SOCKET": str(planner_socket or ""),
                "PHOTOS_DIR": str(own_dir / "photos"),
                "COMPARISONS_DIR": str(own_dir / "comparisons"),
                "TOURS_DIR": str(own_dir / "tours"),
                **settings,
            },
            dotenv=None,
        )
        self.cookies: dict[str, Any] = {}
        self.dsn = dsn
        self._port = port
        self._clock = clock
        self._ready: Future[tuple[Centre, asyncio.AbstractEventLoop, asyncio.Event, str]] = Future()
        self._thread = threading.Thread(target=self._serve, name="centre", daemon=True)
        self._thread.start()
        self.centre, self._loop, self._stop, self.base_url = self._ready.result(240)
        self.password = (own_dir / "keys" / "demo-password").read_text().strip()
        make_sign_in_quick(dsn, self.password)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of a coroutine of the centre's loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def stop(self) -> None:
        """Stop serving and wait until everything is down."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(60)

    def _serve(self) -> None:
        try:
            asyncio.run(self._main())
        except Exception as failure:
            if self._ready.done():
                raise
            self._ready.set_exception(failure)

    async def _main(self) -> None:
        stop = asyncio.Event()
        async with running_centre(self._settings, self.dsn, self._clock) as centre:
            with socket.create_server(("127.0.0.1", self._port)) as listening:
                port = listening.getsockname()[1]
                server = make_server(centre.app, port=port)
                serving = asyncio.create_task(server.serve([listening]))
                self._ready.set_result((centre, asyncio.get_running_loop(), stop, f"http://127.0.0.1:{port}"))
                await stop.wait()
                server.should_exit = True
                await serving
