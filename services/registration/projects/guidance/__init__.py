"""The log of the guidance that the secretariat gives to a municipality."""
