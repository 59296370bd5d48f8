"""The best plan's word on a hasty one: what was shown before there was time for the best plan stands."""

from typing import ClassVar

import msgspec

from dispatch.domain.model.messages import Command, Event


class ConfirmRecommendation(Command, frozen=True, kw_only=True, tag="recommendation.confirm"):
    """The best plan was made too, and is not better by enough to take the place of this hasty version."""

    incident_id: str
    version: int


class RecommendationConfirmed(Event, frozen=True, kw_only=True):
    """The version stays as it was seen, and is hasty no longer."""

    TYPE: ClassVar[str] = "recommendation.confirmed"
    incident_id: str
    version: int


def tell_hasty(*, hasty: bool) -> bool | msgspec.UnsetType:
    """As a recommendation says it: nothing where there was time, so that most carry no field for it."""
    return True if hasty else msgspec.UNSET
