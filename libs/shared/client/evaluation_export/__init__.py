"""The evaluator's deliveries."""
