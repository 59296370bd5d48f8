"""Tours of known work: transports and patrols."""
