"""The way there: ways and reach, what holds on the roads, and what runs teach."""
