"""What a run shows: the pull request's body, the job summary, JSON, the terminal, the workflow's log."""
