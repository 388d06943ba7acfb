"""The run, from plan to published pull request, speaking to the world only through ports."""
