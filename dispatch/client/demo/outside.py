"""What happens in the city: stories begin at random, and their callers ring up or write."""

import asyncio
import logging
from collections import deque
from collections.abc import Coroutine, Sequence
from typing import Any

import httpx

from dispatch.client.account import Device, SignInFailed
from dispatch.client.demo.chance import Chance, Pace
from dispatch.client.demo.lines import Exchange, Story, Voice
from dispatch.client.demo.places import Gazetteer, Spot
from dispatch.client.demo.telling import Kind, OtherCall, load_kinds, load_other_calls
from dispatch.client.demo.watch import Watch
from dispatch.client.link import CommandRefused, TurnedAway
from dispatch.client.reporter import ReporterClient
from dispatch.client.telephone_double import TelephoneExchangeDouble

log = logging.getLogger("demo")

EMERGENCY_SHARE = 0.62
HANG_UP_SHARE = 0.05
"""Of all contacts: something has happened; somebody hangs up before the answer. The rest needs no unit."""

BY_PHONE = 0.6
THREE_CALLERS, SECOND_CALLER, WRONG_ADDRESS = 0.5, 0.12, 0.06
OPENING = ("brawl", "cardiac_arrest", "house_fire", "traffic_injury", "breathing", "snatching")
OPENING_RINGS = "cardiac_arrest"
OPENING_EVERY_S = 2.5
OPENING_S = 40.0
"""A fresh demonstration begins with these, in the midst of work, so that a newcomer sees work at once. The
police come first: they are on the road already; the second rings whatever the chance of others."""

BUSY_SHARE = 0.30
"""With so much of an agency's fleet out there is nothing new for it until some is back."""

PATIENCE_S = 75.0
FOLLOWED_S = 90.0
OPEN_REPORTS = 25
NUMBERS = 100
SAME_PERSON_S = 900.0
LATELY = 45
"""So many things must be said before the same is said again, where there is a choice."""


class City:
    """Stories at `per_hour` contacts on average. `run` goes on until it is cancelled."""

    def __init__(
        self,
        base_url: str,
        telephone: TelephoneExchangeDouble,
        exchange: Exchange,
        places: Gazetteer,
        watch: Watch,
        chance: Chance,
        pace: Pace,
        per_hour: float,
    ) -> None:
        self._base_url = base_url
        self._telephone, self._exchange = telephone, exchange
        self._places, self._watch = places, watch
        self._chance, self._pace = chance, pace
        self._mean_s = 3600.0 / per_hour
        self._tasks: set[asyncio.Task[None]] = set()
        self._lately: deque[str] = deque(maxlen=LATELY)
        self._last_number = chance.whole(0, NUMBERS - 1)
        self._rang_s: dict[int, float] = {}
        self.stories = 0

    async def run(self) -> None:
        """Begin with a few things at once where little is going on, then as it comes."""
        if len(self._watch.of("incident")) < len(OPENING):
            await self._open()
        while True:
            await self._pace.sleep(self._chance.waiting_s(self._mean_s))
            self._begin(self._happen())

    def stop(self) -> None:
        """No more callers."""
        for task in self._tasks:
            task.cancel()

    async def _open(self) -> None:
        kinds = {kind.type: kind for kind in load_kinds()}
        self._chance.in_midst = True
        asyncio.get_running_loop().call_later(OPENING_S / self._pace.factor, self._be_under_way)
        for type_code in OPENING:
            self._begin(self._live(kinds[type_code]))
            await self._pace.sleep(min(OPENING_EVERY_S, self._mean_s))

    def _be_under_way(self) -> None:
        self._chance.in_midst = False

    def _begin(self, story: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(story)
        self._tasks.add(task)
        task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self.stories += 1
        error = None if task.cancelled() else task.exception()
        if isinstance(error, CommandRefused | SignInFailed | TurnedAway | httpx.HTTPError):
            log.info("a caller gave up: %s", error)
        elif error is not None:
            log.error("a story failed", exc_info=error)

    async def _happen(self) -> None:
        drawn = self._chance.between(0.0, 1.0)
        if drawn < EMERGENCY_SHARE:
            kinds = [kind for kind in load_kinds() if self._has_units(kind.line)]
            if kinds and len(self._watch.of("report")) < OPEN_REPORTS:
                await self._live(self._chance.pick_weighted(kinds, [self._weigh(kind) for kind in kinds]))
        elif drawn < EMERGENCY_SHARE + HANG_UP_SHARE:
            await self._hang_up_early()
        else:
            calls = load_other_calls()
            await self._bother(self._chance.pick_weighted(calls, [call.weight for call in calls]))

    def _weigh(self, kind: Kind) -> float:
        """A kind of which everything has been said lately is rarer for a while."""
        return kind.weight if any(text not in self._lately for text in kind.words) else kind.weight / 8

    def _has_units(self, agency_id: str) -> bool:
        units = [u for u in self._watch.of("unit").values() if u["agency_id"] == agency_id]
        return sum(u["assignment_id"] is not None for u in units) < BUSY_SHARE * len(units)

    async def _live(self, kind: Kind) -> None:
        """One emergency with all its callers."""
        spot = await self._places.make_spot()
        story = Story(kind.line, spot, kind)
        words, later = self._say(kind.words), self._chance.pick(kind.later)
        if self._chance.happens(WRONG_ADDRESS):
            await self._correct(story, words, later)
            return
        others = self._chance.shuffled(kind.also)
        if kind.fire and len(others) >= 2 and self._chance.happens(THREE_CALLERS):
            others = others[:2]
        else:
            others = others[:1] if self._chance.happens(SECOND_CALLER) else []
        first = Voice(story, words, spot, self._next_number(), later if self._chance.happens(0.4) else "")
        rings = self._chance.happens(BY_PHONE) or (self._chance.in_midst and kind.type == OPENING_RINGS)
        telling = [self._tell(first, rings)]
        for n, also in enumerate(others, start=1):
            voice = Voice(story, also, spot, self._next_number())
            telling.append(
                self._tell(voice, self._chance.happens(0.4), after_s=n * self._chance.reaction_s(22.0))
            )
        await asyncio.gather(*telling)

    async def _correct(self, story: Story, words: str, later: str) -> None:
        """A first caller in a hurry says the wrong address; a neighbour puts it right."""
        assert story.kind is not None
        wrong = await self._places.make_mistake(story.spot)
        first = Voice(story, words, wrong, self._next_number())
        also = f"{self._chance.pick(story.kind.also)}; nhà ở {story.spot.heard}, người gọi trước nói nhầm số"
        second = Voice(story, also, story.spot, self._next_number(), later, corrects=True)
        await asyncio.gather(
            self._tell(first, True), self._tell(second, True, after_s=self._chance.reaction_s(70.0, 0.2))
        )

    async def _bother(self, call: OtherCall) -> None:
        spot = await self._places.make_spot()
        story = Story(self._chance.pick(call.lines), spot, ends=call.ends)
        await self._ring(Voice(story, self._say(call.words), spot, self._next_number()))

    async def _hang_up_early(self) -> None:
        call = await self._telephone.ring(self._chance.pick(("113", "114", "115")), self._next_number())
        await self._pace.sleep(0.4)
        await self._telephone.hang_up(call)

    async def _tell(self, voice: Voice, by_phone: bool, after_s: float = 0.0) -> None:
        await self._pace.sleep(after_s)
        if by_phone:
            await self._ring(voice)
        else:
            await self._write(voice, voice.spot)

    async def _ring(self, voice: Voice) -> None:
        """Dial, wait, speak. A person at a screen cannot hear the caller, who then writes instead."""
        call = await self._telephone.ring(voice.story.line, voice.number)
        self._exchange.calls[call.call_id] = voice
        try:
            if not await self._telephone.wait_answered(call):
                return
            answered_by = (self._watch.find("call", call.call_id) or {}).get("answered_by")
            if answered_by is not None and answered_by not in self._watch.own:
                await self._pace.sleep(self._chance.reaction_s(8.0))
                await self._telephone.hang_up(call)
                await self._write(voice, voice.spot)
                return
            await self._wait_over(call.call_id)
        finally:
            self._exchange.calls.pop(call.call_id, None)
            self._telephone.calls.pop(call.call_id, None)

    async def _wait_over(self, call_id: str) -> None:
        """The other side hangs up when all is said."""
        while call_id in self._watch.of("call"):
            await self._pace.sleep(2.0)

    async def _write(self, voice: Voice, spot: Spot) -> None:
        """By the public page's own channel, followed for a while, with a later line if there is one."""
        if voice.story.kind is None:
            return
        reporter = ReporterClient(Device(self._base_url))
        await reporter.start()
        try:
            near = self._places.make_position_near(spot.lon_lat, 18.0)
            told = await reporter.report(
                voice.words,
                heard=spot.heard if self._chance.happens(0.7) else "",
                lon_lat=near,
                radius_m=round(self._chance.between(8.0, 40.0), 1),
                phone=voice.number,
                line=voice.story.line,
            )
            self._exchange.note_report(str(told["report_id"]), voice)
            await self._pace.sleep(self._chance.reaction_s(FOLLOWED_S))
            if voice.later:
                await reporter.add_words(str(told["report_id"]), voice.later)
        finally:
            await reporter.stop()

    def _say(self, texts: Sequence[str]) -> str:
        fresh = [text for text in texts if text not in self._lately]
        said = self._chance.pick(fresh or texts)
        self._lately.append(said)
        return said

    def _next_number(self) -> str:
        """Numbers that nobody has: 0900 000 000 to 0900 000 099, the one used longest ago; withheld when
        even that one rang so lately that it would be taken for the same person."""
        now_s = asyncio.get_running_loop().time()
        following = (self._last_number + 1) % NUMBERS
        if now_s - self._rang_s.get(following, -SAME_PERSON_S) < SAME_PERSON_S:
            return ""
        self._last_number = following
        self._rang_s[following] = now_s
        return f"0900000{following:03d}"
