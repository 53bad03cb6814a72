"""The wall: the state of a network on a screen that nobody operates. One URL is its whole configuration."""
