"""What one service vouches for, as the others read it."""
