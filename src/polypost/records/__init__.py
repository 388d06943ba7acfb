"""What a record says and how it is written: one small file per source post, beside the localizations."""
