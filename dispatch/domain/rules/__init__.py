"""How a command becomes events and how an event changes the state: one file per noun.

Rules register with `registry.decides` or `registry.applies`; `dispatch.domain.kernel` is the door.
"""
