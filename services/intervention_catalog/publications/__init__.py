"""Published content of the four kinds: versions with validity, of which none is ever changed."""
