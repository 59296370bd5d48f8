"""A small client of the centre, for simulated units, reporters, tests and benchmarks: ordinary accounts.

It knows the published protocol and nothing else of the house, as any stranger's client would.
"""

from dispatch.client.account import Account, Device, SignInFailed, TicketSource
from dispatch.client.console import ConsoleClient
from dispatch.client.exchange import ExchangeClient
from dispatch.client.link import CommandRefused, Link, TurnedAway
from dispatch.client.reporter import ReporterClient
from dispatch.client.telephone_double import DoubledCall, TelephoneExchangeDouble
from dispatch.client.unit import UnitClient

__all__ = [
    "Account",
    "CommandRefused",
    "ConsoleClient",
    "Device",
    "DoubledCall",
    "ExchangeClient",
    "Link",
    "ReporterClient",
    "SignInFailed",
    "TelephoneExchangeDouble",
    "TicketSource",
    "TurnedAway",
    "UnitClient",
]
