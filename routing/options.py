"""Who could serve a need, and when they would be there."""

import msgspec


class Eligible(msgspec.Struct, frozen=True, gc=False):
    """A unit that may serve a need, by which capability, and the price of that being a substitute."""

    unit: int
    capability: str
    price_s: float


class Option(msgspec.Struct, frozen=True, gc=False):
    """An eligible unit with its times; without by_road, travel_s is an estimate from straight_m."""

    unit: int
    capability: str
    price_s: float
    turnout_s: float
    travel_s: float
    straight_m: float
    carry_m: float
    by_road: bool
    held_s: float = 0.0
    carry_s: float = 0.0

    @property
    def eta_s(self) -> float:
        """Seconds until arrival: turnout and travel."""
        return self.turnout_s + self.travel_s

    @property
    def cost_s(self) -> float:
        """What a policy weighs: arrival, the price of a substitute, and that of a unit offered elsewhere."""
        return self.eta_s + self.price_s + self.held_s


class NeedOptions(msgspec.Struct, frozen=True):
    """A need's best options, cheapest first, how many there were, and the one nearest by straight line."""

    best: list[Option]
    total: int
    nearest: Option | None
