"""What drives a browser: a package to pytest, so that Chromium ends with its last test."""
