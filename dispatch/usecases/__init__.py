"""One verb a file: gather the facts the rules need, then issue commands to the writer.

Nothing here waits for the outside inside a dispatcher's request; reactors follow the log instead.
"""
