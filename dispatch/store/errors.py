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


class SchemaUnknown(StoreError):
    """The database's schema has a version, `found`, that is none of this program's."""

    def __init__(self, found: str, newest: str) -> None:
        super().__init__(
            f"Cơ sở dữ liệu ở phiên bản {found}, chương trình này không biết (nó biết đến {newest}): do một "
            "chương trình mới hơn, hoặc một bản trước lần phát hành đầu, tạo ra. Chưa có gì bị thay đổi. "
            "Hãy chạy đúng chương trình ấy (dispatch backup của nó cũng giữ được một bản sao); hoặc dùng một "
            "cơ sở dữ liệu trống: DATABASE_URL khác, hay dời thư mục postgres trong DATA_DIR đi chỗ khác.\n"
            f"The database has version {found}, which this program does not know (it knows up to {newest}): "
            "a newer program made it, or one from before the first release. Nothing was changed. Run that "
            "program (its `dispatch backup` keeps a copy, too); or use an empty database: another "
            "DATABASE_URL, or move the folder postgres in DATA_DIR away."
        )
        self.found = found
