"""What can go wrong with the database, as the core tells it apart."""


class StoreError(Exception):
    """Base of what the store raises."""


class LeaseLost(StoreError):
    """Another writer has taken over; this one must end."""


class LogMoved(StoreError):
    """The log's head is not where the writer believed it to be."""


class StorageFull(StoreError):
    """PostgreSQL has no room left; nothing was written."""


class ConstraintViolated(StoreError):
    """The database refused a batch; `constraint` names its rule. Nothing of the batch was written."""

    def __init__(self, constraint: str) -> None:
        super().__init__(constraint)
        self.constraint = constraint


class NotStorable(StoreError):
    """A value that PostgreSQL cannot hold: text with the character U+0000, or a number too large."""


class DatabaseLost(StoreError):
    """The connection broke or the server is not there; the outcome of what was under way is unknown."""


class NotDurable(StoreError):
    """The database may lose what it acknowledged; `settings` maps each wrong setting to its value."""

    def __init__(self, settings: dict[str, str]) -> None:
        said = ", ".join(f"{name} = {value}" for name, value in settings.items())
        super().__init__(f"PostgreSQL không bền / is not durable: {said}; cần / wanted: on")
        self.settings = settings


class InstanceMissing(StoreError):
    """The database has tables but no centre was created in it."""


class InstanceDiffers(StoreError):
    """The database belongs to another centre, or was created in another mode."""
