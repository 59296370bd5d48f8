"""The dispatcher's command line: one typed line becomes commands, an echo in two languages, or an error.

`parse` is pure; `index` keeps what it needs to know up to date from the writer's commits; `send` carries
a reading out.
"""
