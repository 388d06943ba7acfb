"""The translator on a real-time endpoint: what is sent when, and what the answers mean."""
