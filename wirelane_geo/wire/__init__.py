"""How records look on the wire of the Wirelane API: JSON to records of the model and back. Knows no HTTP."""
