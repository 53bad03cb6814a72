"""Places of the world by name and by position, with the data they are read from."""
