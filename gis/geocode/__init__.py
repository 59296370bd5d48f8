"""Words into candidates: the grammar of Vietnamese addresses, the gazetteer's keys, the ranking."""

from gis.geocode.candidate import Candidate
from gis.geocode.geocoder import Geocoder
from gis.geocode.grammar import read_street_number, same_street_number

__all__ = ["Candidate", "Geocoder", "read_street_number", "same_street_number"]
