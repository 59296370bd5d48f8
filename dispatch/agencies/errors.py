"""What can be wrong with code tables."""


class CodeTableError(Exception):
    """A table that cannot be used; the message names the file, the entry and what is wrong with it."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")
        self.where = where
        self.what = what
