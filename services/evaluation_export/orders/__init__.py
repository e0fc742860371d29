"""Orders: the evaluator places them, the worker builds one at a time, and finished deliveries never change."""
