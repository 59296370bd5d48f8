"""The default's choice of who goes, for centres whose units always return to their own base."""

from collections.abc import Sequence

from routing.cover.sending import SETTINGS_HOME, Sending, Settings
from routing.terms.deployment import Region, Situation, Times


class ExpectedResponseHome:
    """Sends by response and coverage; everybody goes home."""

    def __init__(self, region: Region, homes: Sequence[int], settings: Settings) -> None:
        self._sending = Sending(region, settings)
        self.late_price_min = settings.late_now
        self._homes = homes

    def price_absence(self, now: Situation) -> Times:
        """By what a call costs more without each of them."""
        return self._sending.price_absence(now)

    def choose_unit(self, now: Situation, place: int) -> int | None:
        """By response and by what its absence costs."""
        return self._sending.choose_unit(now, place)

    def choose_call(self, now: Situation, unit: int) -> int | None:
        """Who can still be reached in time first."""
        return self._sending.choose_call(now, unit)

    def choose_base(self, now: Situation, unit: int) -> int:
        """Its home."""
        return self._homes[unit]

    def choose_moves(self, now: Situation) -> Sequence[tuple[int, int]]:
        """None."""
        return ()


def make(region: Region, homes: Sequence[int], settings: Settings = SETTINGS_HOME) -> ExpectedResponseHome:
    """The dispatch half of the default policy."""
    return ExpectedResponseHome(region, homes, settings)
