"""The telephone exchange beside a browser."""

from datetime import UTC, datetime
from typing import Any

from dispatch.client.account import Account
from dispatch.client.exchange import ExchangeClient
from dispatch.client.link import CommandRefused
from dispatch.client.telephone_double import DoubledCall, TelephoneExchangeDouble
from tests.browser.world import RunningCentre

_numbers = iter(f"09000{n:05d}" for n in range(10_000))


class Exchange:
    """The telephone exchange of the centre, driven from the browser's thread."""

    def __init__(self, centre: RunningCentre) -> None:
        self._centre = centre

        async def connect() -> tuple[ExchangeClient, TelephoneExchangeDouble]:
            account = await Account.sign_in(centre.base_url, "tongdai", centre.password)
            client = ExchangeClient(account)
            await client.start()
            return client, TelephoneExchangeDouble(client)

        self.client, self.double = centre.run(connect())

    def ring(self, line: str = "114", number: str | None = None) -> DoubledCall:
        """Somebody dials, from a number that never called before unless one is given."""
        return self._centre.run(self.double.ring(line, number or next(_numbers)))

    def locate(self, call: DoubledCall, lon: float, lat: float, radius_m: float) -> None:
        """Its telephone says where it is."""
        fix = {
            "lon_lat": [lon, lat],
            "radius_m": radius_m,
            "at": datetime.now(UTC).isoformat(),
            "method": "gps",
        }
        body = {"type": "call.locate", "call_id": call.call_id, "fix": fix}
        self._centre.run(self.client.send(body))

    def hang_up(self, call: DoubledCall) -> None:
        """The caller is gone."""
        self._centre.run(self.double.hang_up(call))

    def wait(self, call: DoubledCall, **wanted: Any) -> None:
        """Until the exchange sees the call in this state."""
        self._centre.run(
            self.client.wait_until(
                lambda: wanted.items() <= (self.client.find_call(call.call_id) or {}).items(), 60
            )
        )

    def stop(self) -> None:
        """The desk ends what is left: a caller who hangs up early would wait to be called back."""
        for call in self.double.calls.values():
            state = (self.client.find_call(call.call_id) or {}).get("state")
            if state == "ringing":
                self._centre.run(self.client.answer(call.call_id))
            if state not in ("ended", "abandoned"):
                self._end(call)
        self._centre.run(self.client.stop())

    def _end(self, call: DoubledCall) -> None:
        """Unless the desk was first: the exchange may not have heard of it yet."""
        try:
            self._centre.run(self.double.hang_up(call, "centre"))
        except CommandRefused as refused:
            if refused.code != "call_ended":
                raise
