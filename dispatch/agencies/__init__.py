"""Agencies as data: one folder each with its units, statuses, incident types and response plans.

Add a folder and the agency exists. `loader` reads and checks them; `fleet` proposes stations and units.
"""
