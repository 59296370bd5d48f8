"""The rules of the centre, pure: no input or output, no clock, no randomness, no framework.

`model` holds what things are (entities, commands, events), `state` the whole centre in memory,
`rules` how a command becomes events (`decide`) and how an event changes the state (`apply`).
"""
