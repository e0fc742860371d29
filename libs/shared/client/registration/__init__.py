"""Schools, pupils, decisions, projects and courses."""
