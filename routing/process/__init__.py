"""The planner as a process: two halves behind a socket, who asks them, and what stands in for them."""
