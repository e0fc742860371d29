"""What others would write: plain programs that do the same work, measured in the same run."""
