"""Takes results of pupils: by file, and one by one."""
