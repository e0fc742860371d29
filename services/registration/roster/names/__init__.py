"""Pupils' names as they are shown: a protected name to nobody, unless somebody has it disclosed for a stated reason."""
