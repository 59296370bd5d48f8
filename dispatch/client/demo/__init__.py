"""People who live through a day of the centre, for a demonstration: callers, colleagues, crews.

All of them are ordinary clients with ordinary accounts and the published protocol. They leave alone what a
person at a screen works on.
"""

from dispatch.client.demo.life import DemoLife

__all__ = ["DemoLife"]
