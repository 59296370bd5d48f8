"""What a session may see, decided by its agencies; equal rights share one encoding of everything."""

from dataclasses import dataclass

from dispatch.domain.rows import Row

EVERYONE = "*"


@dataclass(frozen=True)
class Rights:
    """A role and the agencies it may see. Hashable: sessions of equal rights are served together."""

    role: str
    agencies: frozenset[str]

    def sees(self, row: Row) -> bool:
        """Whether the row exists for this session."""
        return EVERYONE in row.visible_to or not self.agencies.isdisjoint(row.visible_to)

    def opens(self, row: Row) -> bool:
        """Whether personal values and limited fields of the row are present for this session."""
        return EVERYONE in row.private_to or not self.agencies.isdisjoint(row.private_to)
