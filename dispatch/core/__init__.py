"""The one writer: queue → decide → group commit → acknowledge → publish."""
