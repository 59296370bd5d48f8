"""How we tell the world: one file per circle of people outside the room."""
