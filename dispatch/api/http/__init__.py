"""HTTP: sign-in, tickets, snapshots, codes, timelines, the public pages, the console's files."""
