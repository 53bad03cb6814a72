"""What an organization does with its own network: signing in, editing charge points, adding up sessions."""
