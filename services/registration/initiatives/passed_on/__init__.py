"""What a municipality passes on of its grant to its schools, public or private."""
