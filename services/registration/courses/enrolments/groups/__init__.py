"""Groups that are split or merged; their history is kept."""
