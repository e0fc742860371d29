"""Which municipality an institution number belongs to: by a register, or as the secretariat decided."""
