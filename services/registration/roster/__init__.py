"""The roster: the municipalities that take part, their schools and classes, and the pupils in these."""
