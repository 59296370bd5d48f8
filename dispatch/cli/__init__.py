"""The command line. Each verb reads the settings, imports its room and calls one function of it."""
