"""What strangers, other tenants or a search of the disks must not find, tested on the four services as processes."""
