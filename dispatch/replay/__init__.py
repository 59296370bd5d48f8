"""The log read back: the centre at any instant, and streams of what happened at any speed.

Rows and what each reader may see of them are made by the same functions as live ones.
"""
