"""The SQL of the room: batches judged and written by set."""
