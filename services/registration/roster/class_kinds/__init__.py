"""Which classes of a school are special, where its source system does not say so."""
