"""OSM → compact road graph with names, classes, widths and turn restrictions.

`build.build_graph(pbf)` compiles an extract, `file.save`, `file.load` and `file.compile_graph` keep it on
disk, `snap.Snapper` finds the place on a road nearest to a position. Errors: `errors.GraphError`'s tree.
"""
