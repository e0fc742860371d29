"""What a stranger, a neighbour or a search of the disks must not find, shown on the four services as processes."""
