"""Commits on their way to whoever follows the log. A slow follower never slows the writer or the others."""

import asyncio
from collections import deque

from dispatch.core.port import BehindTheLog, Commit, CoreUnavailable

RECENT_EVENTS = 20_000
"""How far back a follower may resume from memory."""

QUEUE_COMMITS = 4_096
"""How many commits a follower may leave unread."""


class Subscription:
    """One follower's unread commits."""

    def __init__(self, first: list[Commit]) -> None:
        self._unread = deque(first)
        self._arrived = asyncio.Event()
        self._ended: Exception | None = None

    def offer(self, commit: Commit) -> None:
        """Add a commit; a follower that left too many unread is cut off."""
        if self._ended is not None:
            return
        if len(self._unread) >= QUEUE_COMMITS:
            self.end(BehindTheLog("too many unread commits"))
            return
        self._unread.append(commit)
        self._arrived.set()

    def end(self, error: Exception) -> None:
        """Nothing more will come; the follower learns why after what it has not read."""
        self._ended = self._ended or error
        self._arrived.set()

    async def next(self) -> Commit:
        """The next commit. Raises what the subscription ended with."""
        while not self._unread:
            if self._ended is not None:
                raise self._ended
            self._arrived.clear()
            await self._arrived.wait()
        return self._unread.popleft()


class CommitHub:
    """Recent commits, and the followers of those to come."""

    def __init__(self, head: int) -> None:
        self.head = head
        self._recent: deque[Commit] = deque()
        self._recent_events = 0
        self._subscriptions: set[Subscription] = set()
        self._closed = False

    def publish(self, commit: Commit) -> None:
        """Pass a commit on. It must follow the one before."""
        if commit.prev != self.head:
            raise ValueError(f"commit after {commit.prev} does not follow {self.head}")
        self.head = commit.seq
        self._recent.append(commit)
        self._recent_events += len(commit.events)
        while self._recent_events > RECENT_EVENTS:
            self._recent_events -= len(self._recent.popleft().events)
        for subscription in list(self._subscriptions):
            subscription.offer(commit)

    def covers(self, after: int) -> bool:
        """Whether everything after a seq is still in memory."""
        return after == self.head or (bool(self._recent) and self._recent[0].prev <= after <= self.head)

    def subscribe(self, after: int) -> Subscription:
        """Follow from a seq that memory covers."""
        first = [_cut(commit, after) for commit in self._recent if commit.seq > after]
        subscription = Subscription(first)
        if self._closed:
            subscription.end(CoreUnavailable())
        self._subscriptions.add(subscription)
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        """Stop following."""
        self._subscriptions.discard(subscription)

    def close(self) -> None:
        """The writer ends: every follower learns it, later ones too."""
        self._closed = True
        for subscription in self._subscriptions:
            subscription.end(CoreUnavailable())


def _cut(commit: Commit, after: int) -> Commit:
    """The part of a commit after a seq; its rows are newer and stand as they are."""
    if commit.prev >= after:
        return commit
    events = tuple(envelope for envelope in commit.events if envelope.seq > after)
    return Commit(prev=after, seq=commit.seq, events=events, rows=commit.rows, gone=commit.gone)
