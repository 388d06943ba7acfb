from faults.pool import TOLD


def pytest_terminal_summary(terminalreporter):
    """The numbers of cases and of survivors: all must survive."""
    if TOLD:
        terminalreporter.section("fault matrix")
        for line in TOLD:
            terminalreporter.line(line)
