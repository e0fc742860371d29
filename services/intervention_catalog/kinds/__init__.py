"""What each kind of content is: its model, its address and its event. Pure."""
