"""Deliveries: ordered by the evaluator, built by the worker in a process of their own, frozen and handed out."""
