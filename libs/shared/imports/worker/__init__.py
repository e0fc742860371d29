"""The worker that takes queued files step by step: claims, plans, slices, and how a file ends."""
