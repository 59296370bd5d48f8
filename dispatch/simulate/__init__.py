"""A city day by discrete events: the same policies as the live centre, no sockets, no clock but its own."""
