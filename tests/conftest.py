def pytest_terminal_summary(terminalreporter):
    """The numbers of cases and of survivors, whichever process the tests ran in: all must survive."""
    told = [
        line
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
        for name, line in report.user_properties
        if name == "fault matrix"
    ]
    if told:
        terminalreporter.section("fault matrix")
        for line in told:
            terminalreporter.line(line)
