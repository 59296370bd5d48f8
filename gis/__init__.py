"""Place: where things are in the city, and what its people call them."""
