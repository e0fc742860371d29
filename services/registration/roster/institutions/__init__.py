"""The municipality that an institution number belongs to, by a register or by a decision of the secretariat."""
