"""Where it is: places of reports, what is learnt of them, and whose they are."""
