"""Sources of a city, one file each: OpenStreetMap, wards, facilities, addresses, or a generated city."""
