"""What people see who sign in with their Wirelane account: sessions, members, and charge points to edit."""
