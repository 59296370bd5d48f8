"""What the centre counts of free units in a zone of an agency, so that nobody overlooks an empty one."""

from dispatch.domain.model.messages import Command


class RecordCover(Command, frozen=True, kw_only=True, tag="cover.record"):
    """So many units of an agency are free in one of its zones; `zone` is its code in the agency's tables."""

    agency_id: str
    zone: str
    free: int
