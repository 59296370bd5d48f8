"""Where simulated people are: addresses and hospitals of the running city, learnt by asking it."""

import unicodedata
from dataclasses import dataclass
from math import cos, hypot, radians

from dispatch.client.account import Account
from dispatch.client.demo.chance import Chance
from dispatch.client.demo.telling import load_streets
from dispatch.client.link import Json

LonLat = tuple[float, float]

TRIES = 12
ALLEY_SHARE = 0.35
FAR_M = 250.0
ENOUGH = 8
HOSPITALS = (
    "Bệnh viện Chợ Rẫy", "Bệnh viện Nhân dân 115", "Bệnh viện Bình Dân", "Bệnh viện Thống Nhất",
    "Bệnh viện Từ Dũ", "Bệnh viện Nhân dân Gia Định", "Bệnh viện Nguyễn Tri Phương", "Bệnh viện Nhi đồng 1",
    "Bệnh viện Trưng Vương", "bệnh viện",
)  # fmt: skip
METRES_PER_DEGREE = 111_195.0


@dataclass(frozen=True)
class Spot:
    """An address as a person says it (`heard`) and where it is; `street` and `number` made it."""

    heard: str
    lon_lat: LonLat
    street: str
    number: str


class NoPlaces(Exception):
    """The city knows none of the streets asked for."""


class Gazetteer:
    """Asks the centre's own search, as a call-taker would."""

    def __init__(self, account: Account, chance: Chance) -> None:
        self._account = account
        self._chance = chance
        self._streets: list[str] = []
        self._unasked = chance.shuffled(load_streets())
        self.hospitals: list[LonLat] = []

    async def begin(self) -> None:
        """Find out a few streets, enough to begin with. Raises NoPlaces when there is none of the list."""
        while self._unasked and len(self._streets) < ENOUGH:
            await self._ask_for_next()
        if not self._streets:
            raise NoPlaces("no street of the list is known in this city")

    async def learn(self) -> None:
        """Find out the hospitals and all the other streets."""
        found: dict[str, LonLat] = {}
        for name in HOSPITALS:
            for place in await self._ask(name):
                if place["level"] == "landmark" and place["label"].startswith("Bệnh viện"):
                    found[place["label"]] = _lon_lat(place)
        self.hospitals = list(found.values())
        while self._unasked:
            await self._ask_for_next()

    async def make_spot(self) -> Spot:
        """An address somewhere in the city. Raises NoPlaces."""
        for _ in range(TRIES):
            spot = await self._find_spot(self._chance.pick(self._streets), self._make_number())
            if spot is not None:
                return spot
        raise NoPlaces("no address was found")

    async def make_mistake(self, spot: Spot) -> Spot:
        """The address that somebody in a hurry says instead: digits changed about, or another street."""
        wrong = spot.number[1::-1] + spot.number[2:]
        if wrong != spot.number:
            found = await self._find_spot(spot.street, wrong)
            if found is not None and measure_m(found.lon_lat, spot.lon_lat) > FAR_M:
                return found
        return await self.make_spot()

    def make_position_near(self, place: LonLat, within_m: float) -> LonLat:
        """A position up to so many metres away in each direction."""
        per_lon = METRES_PER_DEGREE * cos(radians(place[1]))
        east, north = self._chance.between(-within_m, within_m), self._chance.between(-within_m, within_m)
        return round(place[0] + east / per_lon, 6), round(place[1] + north / METRES_PER_DEGREE, 6)

    def find_nearest_hospital(self, place: LonLat) -> LonLat | None:
        """By straight line; None where the city has none."""
        return min(self.hospitals, key=lambda h: measure_m(h, place), default=None)

    async def _ask_for_next(self) -> None:
        street = self._unasked.pop()
        if any(place["level"] == "street" for place in await self._ask(street)):
            self._streets.append(street)

    def _make_number(self) -> str:
        number = str(self._chance.whole(2, 480))
        while self._chance.happens(ALLEY_SHARE) and number.count("/") < 2:
            number += f"/{self._chance.whole(1, 60)}"
        return number

    async def _find_spot(self, street: str, number: str) -> Spot | None:
        places = [p for p in await self._ask(f"{number} {street}") if p["level"] in ("door", "interpolated")]
        if not places:
            return None
        place = self._chance.pick(places)
        text = f"{number} {street}"
        # With several places of one address a caller who names the ward makes it clear; not everybody does.
        if place["ward"] and self._chance.happens(0.9 if len(places) > 1 else 0.5):
            text += f", {place['ward'].lower()}"
        return Spot(self._say(text), _lon_lat(place), street, number)

    def _say(self, address: str) -> str:
        """As people write or say it."""
        if self._chance.happens(0.12):
            return strip_marks(address).lower()
        if "/" in address and self._chance.happens(0.25):
            return address.replace("/", " xẹt ")
        return address

    async def _ask(self, text: str) -> list[Json]:
        found: list[Json] = (await self._account.post_json("/api/geocode", {"text": text}))["candidates"]
        return found


def strip_marks(text: str) -> str:
    """Vietnamese as it is typed in a hurry, without any marks."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def measure_m(a: LonLat, b: LonLat) -> float:
    """Straight metres, on a plane that fits a city."""
    per_lon = METRES_PER_DEGREE * cos(radians((a[1] + b[1]) / 2))
    return hypot((a[0] - b[0]) * per_lon, (a[1] - b[1]) * METRES_PER_DEGREE)


def _lon_lat(place: Json) -> LonLat:
    lon, lat = place["lon_lat"]
    return float(lon), float(lat)
