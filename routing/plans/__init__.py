"""From needs and units to a plan: options, times, reasons, and what stands beside the plan."""
