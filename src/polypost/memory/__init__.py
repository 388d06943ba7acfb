"""What is already translated and still valid, read from the localizations and their records; pure."""
