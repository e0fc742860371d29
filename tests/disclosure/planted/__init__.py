"""Cases that one part of disclosure control alone protects: with the part switched off, the attacker must win."""
