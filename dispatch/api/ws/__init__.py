"""The four channels over WebSocket: consoles, units and stations, reporters, telephone exchanges."""
