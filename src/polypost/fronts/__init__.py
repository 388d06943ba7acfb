"""What the action and the command line offer, joined from options, edges and the run."""
