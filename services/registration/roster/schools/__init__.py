"""Schools, each of one municipality; an institution number is national."""
