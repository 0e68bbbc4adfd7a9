from tastemaker.serving import logs


def test_rotation_keeps_the_newest_few(tmp_path):
    log = tmp_path / "vllm.log"
    logs.rotate(log)
    for number in range(6):
        log.write_text(str(number))
        logs.rotate(log)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "vllm.log.1": "5",
        "vllm.log.2": "4",
        "vllm.log.3": "3",
    }


def test_a_log_that_grows_too_long_is_put_aside_under_its_writer(tmp_path):
    log = tmp_path / "vllm.log"
    with log.open("ab", buffering=0) as writer:
        writer.write(b"x" * (logs.LARGEST_BYTES + 1))
        logs.shorten(log)
        writer.write(b"goes on")
    assert log.read_bytes() == b"goes on"
    assert (tmp_path / "vllm.log.1").stat().st_size == logs.LARGEST_BYTES + 1


def test_a_short_log_stays(tmp_path):
    log = tmp_path / "vllm.log"
    log.write_text("short")
    logs.shorten(log)
    assert [path.name for path in tmp_path.iterdir()] == ["vllm.log"]


def test_tail_is_the_last_lines_of_any_bytes(tmp_path):
    log = tmp_path / "vllm.log"
    log.write_bytes(b"\xff first\n" * 30_000 + b"last\n")
    assert logs.tail(log, lines=2).splitlines()[1] == "last"
    log.write_bytes(b"")
    assert logs.tail(log) == ""
