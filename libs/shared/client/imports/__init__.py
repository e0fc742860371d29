"""Files in, receipts out: the same routes in every service that takes files."""
