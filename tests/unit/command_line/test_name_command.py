"""What can be undone by a button has a name of its own in the undo bar."""

from dispatch.usecases.command_line.echo import DID
from dispatch.usecases.command_line.undo import UNDOABLE


def test_every_command_that_can_be_undone_has_a_name() -> None:
    assert set(DID) == {str(kind.__struct_config__.tag) for kind in UNDOABLE}
