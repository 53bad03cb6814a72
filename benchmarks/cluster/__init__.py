"""A cluster on this machine: PostgreSQL with a synchronous standby, replicas, HAProxy; what it bears and what it does."""
