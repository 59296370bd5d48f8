"""What can be wrong with the machine, said in both languages."""


class HostError(Exception):
    """The machine cannot do what was asked; the text tells the operator what to do about it.

    `vi` and `en` are complete sentences; `str()` gives both, Vietnamese first.
    """

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(f"{vi}\n{en}")
        self.vi = vi
        self.en = en


class PostgresMissingError(HostError):
    """No PostgreSQL of a usable version, or it lacks PostGIS."""


class ClusterError(HostError):
    """The private cluster cannot be made, reached, started or stopped."""


class AlreadyRunningError(HostError):
    """Another supervisor runs this centre already."""
