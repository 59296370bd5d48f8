"""Open emergency response centre: one shared incident for police, fire, ambulance and city command."""
