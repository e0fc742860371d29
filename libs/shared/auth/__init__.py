"""Authentication: tokens of an OpenID provider become a principal with roles, municipalities and institutions."""
