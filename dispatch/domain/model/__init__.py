"""What things are: one file per noun with its entity, the commands that ask and the events that happened."""
