"""Events over each event log: the guarantees are the same on all of them."""
