"""The edge: HTTP and WebSocket. Parse, authorise, hand on, answer; nothing is decided here."""
