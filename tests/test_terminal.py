from tastemaker.terminal import progress_bars


def test_progress_goes_into_a_file_as_lines(capfd):
    with progress_bars(log_seconds=0) as report:
        report("reading", 0, 1_200)
        report("reading", 600, 1_200)
        report("counting", 7, None)
    lines = capfd.readouterr().err.splitlines()
    assert "reading: 600 of 1,200, about 0:00:00 left" in lines and "counting: 7" in lines


def test_short_work_leaves_no_lines(capfd):
    with progress_bars() as report:
        report("reading", 1, 2)
    assert capfd.readouterr().err.strip() == ""
