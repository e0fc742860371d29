"""Publishing the packaged content: what is new or changed in it, and nothing else."""
