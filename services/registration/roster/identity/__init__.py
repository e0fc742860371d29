"""Identity: encrypted identifiers and names, and the person who joins a pupil's ids across municipalities."""
