"""The city's PostGIS tables and the queries on them: the only place in gis that speaks SQL."""
