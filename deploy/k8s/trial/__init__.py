"""An installation with faults on a real cluster: what ``make cluster-try`` runs."""
