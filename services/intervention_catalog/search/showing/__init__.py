"""Shows a hit: its title and fragments of its texts, with the matching words marked."""
