"""Which localizations need what: data, nothing done yet; pure."""
