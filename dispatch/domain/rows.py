"""What a reader may see of the state: one row per entity, with who may see it.

Read models, snapshots, live frames, replay and exports all show these rows and nothing else, so that
a rule of visibility stands in one place.
"""

import msgspec

ROW_KINDS = (
    "call", "report", "incident", "leg", "assignment", "delivery", "recommendation",
    "station", "unit", "crew", "desk", "seat", "alert",
)  # fmt: skip


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """`body` is the entity as JSON, personal values still sealed.

    A session sees the row if one of its agencies is in `visible_to` ("*" = every agency). Sealed values
    open, and fields named in `limited` are present, only for agencies in `private_to`; for others they
    are null. `agency_id` is the owner's.
    """

    kind: str
    id: str
    version: int
    agency_id: str
    visible_to: tuple[str, ...]
    private_to: tuple[str, ...]
    limited: tuple[str, ...] = ()
    body: msgspec.Raw
