"""The map in a frame of somebody else's page: a page of our own beside Streamlit's, without a session."""
