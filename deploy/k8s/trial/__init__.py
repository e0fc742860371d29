"""The first day on a real cluster, with its faults: what ``make cluster-try`` runs."""
