"""What a map, a wall and a command line ask: a view, a station, a list, a board, a file."""
