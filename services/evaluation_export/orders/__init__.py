"""Orders: placed by the evaluator, built by the worker one at a time, handed out as frozen deliveries."""
