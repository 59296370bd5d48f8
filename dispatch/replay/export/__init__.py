"""The past as files: JSON, CSV, GeoJSON, and a report for print. Personal values are masked by default."""
