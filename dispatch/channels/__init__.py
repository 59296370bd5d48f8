"""How the world tells us: one file per channel, each turning what came into the body of a command."""
