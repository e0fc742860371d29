"""Cases that only one part of disclosure control protects: if that part is switched off, the attacker must win."""
