"""The command line: one sentence and an exit code where it says no, else clean output."""

import json
import os
import shutil
import subprocess
import sys

import pytest
from tastemaker.agent.doctor import examine

COMMANDS = [
    [],
    ["chat"],
    ["catalog"],
    ["catalog", "fetch"],
    ["catalog", "import"],
    ["catalog", "info"],
    ["catalog", "feedback"],
    ["serve"],
    ["mcp"],
    ["keys"],
    ["keys", "add"],
    ["keys", "list"],
    ["keys", "revoke"],
    ["llm"],
    ["llm", "start"],
    ["llm", "status"],
    ["llm", "stop"],
    ["doctor"],
    ["recommend"],
    ["explain"],
    ["write"],
    ["paint"],
    ["verify"],
    ["train"],
    ["train", "recommender"],
    ["train", "image"],
    ["bench"],
    ["bench", "turn"],
    ["bench", "recommender"],
    ["bench", "adaptation"],
    ["bench", "write"],
    ["bench", "paint"],
    ["eval"],
    ["eval", "run"],
    ["eval", "report"],
    ["eval", "compare"],
    ["eval", "gate"],
    ["eval", "import"],
    ["eval", "plot"],
]
REAL_CACHE = os.environ.get("TASTEMAKER_CACHE_DIR", "")
FILMS = """movie,title,year,genres,runtime
1,Groundhog Day,1993,Comedy|Romance,101
2,Clueless,1995,Comedy|Romance,97
3,[bold]Alien[/bold],1979,Horror|Sci-Fi,117
4,Toy Story,1995,Comedy|Family,81
"""
IMPORT = ["catalog", "import", "films.csv", "--name", "x", "--column", "id=movie"]
RATINGS = "user,item,rating\nann,1,5\nann,2,4\nbob,3,2\nbob,4,5\n"


def tastemaker(*arguments, typed=None, **environment):
    """The command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", "from tastemaker.cli import main; main()", *arguments],
        input=typed,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "COLUMNS": "200", **environment},
    )


@pytest.fixture
def run(tmp_path, monkeypatch):
    """`run("chat", …)`, with folders of the test's own."""
    monkeypatch.setenv("TASTEMAKER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("TASTEMAKER_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return tastemaker


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with tables, and in `data` the catalogue `films` that was imported from them."""
    folder = tmp_path_factory.mktemp("place")
    (folder / "films.csv").write_text(FILMS)
    (folder / "ratings.csv").write_text(RATINGS)
    done = tastemaker(
        "catalog", "import", str(folder / "films.csv"), "--name", "films",
        "--interactions", str(folder / "ratings.csv"), "--column", "id=movie",
        TASTEMAKER_DATA_DIR=str(folder / "data"),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def with_films(run, place, monkeypatch):
    """`run`, where that catalogue is."""
    monkeypatch.setenv("TASTEMAKER_DATA_DIR", str(place / "data"))
    monkeypatch.chdir(place)
    return run


def refused(done, code, *words):
    """One sentence on standard error, nothing on standard output, no traceback."""
    assert done.returncode == code, (done.stdout, done.stderr)
    assert done.stdout == "" and "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr, done.stderr
    assert len(done.stderr.strip().splitlines()) <= 8


@pytest.fixture(scope="module")
def runner():
    from typer.testing import CliRunner

    return CliRunner()


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help(runner, command):
    from tastemaker.cli import app

    done = runner.invoke(app, [*command, "--help"])
    assert done.exit_code == 0 and "Usage" in done.output


def test_version(runner):
    from tastemaker import __version__
    from tastemaker.cli import app

    assert runner.invoke(app, ["--version"]).output.strip() == __version__


def test_import_and_info(with_films):
    listed = with_films("catalog", "info")
    assert "films" in listed.stdout and "movies" in listed.stdout
    shown = with_films("catalog", "info", "films")
    assert "4 items, 2 users, 4 interactions" in shown.stdout and "Licence" in shown.stdout
    manifest = json.loads(with_films("catalog", "info", "films", "--json").stdout)
    assert manifest["items"] == 4 and manifest["name"] == "films"
    again = with_films(*IMPORT, "--name", "films")
    refused(again, 2, "films", "already exists")


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (["catalog", "import", "nowhere.csv", "--name", "x"], 2, "nowhere.csv"),
        (["catalog", "import", "films.csv", "--name", "../x"], 2, "name"),
        (["catalog", "import", "films.csv", "--name", "x", "--column", "title"], 2, "field=column"),
        (["catalog", "import", "films.csv"], 2, "--name"),
        (["catalog", "info", "nothing"], 2, "nothing"),
        (["catalog", "info", "[/red]"], 2, "[/red]"),
        (["catalog", "fetch", "nothing"], 2, "nothing"),
        (["chat", "--catalog", "nothing", "--no-llm", "--say", "x"], 2, "nothing"),
        (["chat", "--catalog", "films", "--user", "zoe", "--no-llm"], 2, "zoe"),
        (["chat", "--catalog", "films", "--user", "[/red]", "--no-llm"], 2, "[/red]"),
        (["chat", "--catalog", "films", "--user", "\x1b[31m", "--no-llm"], 2, "does not know"),
        (["chat", "--catalog", "films", "--nonsense"], 2, "--nonsense"),
        (["nonsense"], 2, "nonsense"),
        (["bench", "turn", "--turns", "1"], 2, "10"),
        (["bench", "recommender", "--peers", "Nonsense"], 2, "Nonsense"),
        (["recommend", "--user", "ann", "--catalog", "nothing"], 2, "nothing"),
        (["recommend", "--catalog", "films"], 2, "--user"),
        (["recommend", "--user", "ann", "--catalog", "films", "--k", "0"], 2, "--k"),
        (["recommend", "--user", "ann", "--catalog", "films", "--diversity", "2"], 2, "diversity"),
        (["recommend", "--user", "ann", "--catalog", "films"], 3, "train recommender"),
        (["explain", "--item", "Nothing", "--catalog", "films"], 2, "no item"),
        (["explain", "--item", "1", "--user", "zed", "--catalog", "films"], 2, "the user"),
        (["write", "--item", "1", "--catalog", "films"], 2, "--channel"),
        (["write", "--item", "1", "--channel", "fax", "--catalog", "films"], 2, "no channel"),
        (["write", "--item", "1", "--channel", "push", "--brand", "no.toml"], 2, "cannot be read"),
        (["paint", "--item", "1", "--catalog", "films", "--out", "a.jpg"], 2, ".png or .webp"),
        (["paint", "--item", "1", "--catalog", "films", "--out", "no/a.png"], 2, "no folder no"),
        (["paint", "--item", "1", "--catalog", "films", "--out", "films.csv"], 2, "not as"),
        (["paint", "--item", "Nothing", "--catalog", "films", "--out", "a.png"], 2, "no item"),
        (["paint", "--item", "1", "--user", "z", "--catalog", "films", "-o", "a.png"], 2, "user"),
        (["paint", "--item", "1", "--format", "sqare", "--out", "a.png"], 2, "square"),
        (["paint", "--item", "1", "--layout", "poster", "--out", "a.png"], 2, "poster-1"),
        (["paint", "--item", "1", "--brand", "no.toml", "--out", "a.png"], 2, "cannot be read"),
        (["campaign", "run", "no.toml", "--out", "c"], 2, "cannot be read"),
        (["campaign", "run", "films.csv", "--out", "c"], 2, "not TOML"),
        (["campaign", "run", "--out", "c"], 2, "either a brief"),
        (["campaign", "run", "--resume", "--out", "c"], 2, "holds no campaign"),
        (["campaign", "status", "c"], 2, "holds no campaign"),
        (["campaign", "review", "c", "--decisions", "no.json"], 2, "cannot be read"),
        (["campaign", "export", "c", "--out", "d"], 2, "holds no campaign"),
        (["verify", "nothing.png"], 2, "nothing.png"),
        (["verify", "films.csv"], 2, "films.csv"),
        (["train", "recommender", "--catalog", "films", "--adapt", "nonsense"], 2, "prompt-tuning"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else None,
)
def test_wrong_use_is_one_sentence(with_films, arguments, code, word):
    done = with_films(*arguments)
    refused(done, code, word)
    assert "\x1b" not in done.stderr


@pytest.mark.parametrize(
    ("toml", "word"),
    [
        ("catalog = ", "TOML"),
        ("[agent]\nitems = 'many'", "agent.items"),
        ("[agent]\nnonsense = 1", "agent.nonsense"),
    ],
)
def test_bad_settings_are_named(run, tmp_path, toml, word):
    (tmp_path / "tastemaker.toml").write_text(toml)
    refused(run("chat", "--no-llm", "--say", "x"), 2, word)
    looked = run("doctor")
    assert "Traceback" not in looked.stderr and word in looked.stdout and looked.returncode == 3


def test_a_settings_file_that_is_not_there(run):
    refused(run("chat", "--no-llm", TASTEMAKER_CONFIG="/nowhere.toml"), 2, "/nowhere.toml")


def test_llm_status_without_a_server(run):
    done = run("llm", "status")
    assert done.returncode == 0 and "phase" in done.stdout
    status = json.loads(run("llm", "status", "--json").stdout)
    assert status["phase"] in ("stopped", "absent", "none", "off") or status["port"] is None
    assert run("llm", "stop").stdout.strip() == "it was not running"


def test_doctor_looks_and_changes_nothing(run, tmp_path):
    done = run("doctor")
    assert done.returncode in (0, 3) and "Traceback" not in done.stderr
    for what in ("python", "settings", "torch", "text encoder", "catalogues", "disk"):
        assert what in done.stdout
    assert "tastemaker catalog fetch movies" in done.stdout
    assert not (tmp_path / "data" / "catalogs").exists()


def test_doctor_says_how_to_mend(monkeypatch, tmp_path):
    monkeypatch.setenv("TASTEMAKER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("TASTEMAKER_LLM__BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("TASTEMAKER_DATABASE_URL", "postgresql://ann:secret@127.0.0.1:9/x")
    findings = {one.what: one for one in examine()}
    server, database = findings["language model server"], findings["database"]
    assert not server.ok and "TASTEMAKER_LLM__BASE_URL" in server.mend
    assert not database.ok and "TASTEMAKER_DATABASE_URL" in database.mend
    assert "secret" not in database.detail
    assert all(one.mend for one in findings.values() if not one.ok)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_data_folder_that_cannot_be_written(run, tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    (tmp_path / "films.csv").write_text(FILMS)
    done = run(*IMPORT, TASTEMAKER_DATA_DIR=str(closed))
    refused(done, 3, str(closed))


def test_a_data_folder_that_is_a_file(run, tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "films.csv").write_text(FILMS)
    place = str(tmp_path / "file")
    done = run(*IMPORT, TASTEMAKER_DATA_DIR=place)
    assert done.returncode in (2, 3)
    refused(done, done.returncode, place)


@pytest.mark.packs
class TestChat:
    """Conversations through the real text encoder, without a language model."""

    @pytest.fixture
    def talk(self, with_films):
        def talk(*arguments, **more):
            more |= {"TASTEMAKER_CACHE_DIR": REAL_CACHE}  # the encoder is there already
            return with_films("chat", "--catalog", "films", "--no-llm", *arguments, **more)

        return talk

    def test_json_is_one_object_a_line(self, talk):
        done = talk("--say", "a comedy, no horror", "--say", "under 100 minutes", "--json")
        assert done.returncode == 0, done.stderr
        first, second = map(json.loads, done.stdout.splitlines())
        assert (first["turn"], second["turn"]) == (1, 2) and first["thread"] == second["thread"]
        assert {one["title"] for one in second["items"]} == {"Clueless", "Toy Story"}
        assert set(first) >= {"reply", "items", "thought", "request", "usage", "degraded"}
        resumed = talk("--thread", first["thread"], "--say", "no romance", "--json")
        third = json.loads(resumed.stdout)
        assert third["turn"] == 3 and [one["title"] for one in third["items"]] == ["Toy Story"]
        other = talk("--thread", first["thread"], "--user", "ann", "--say", "x", "--json")
        refused(other, 2, "belongs to a guest")

    def test_piped_lines_are_turns(self, talk):
        done = talk("--json", typed="a comedy\n\nno romance\n")
        assert [json.loads(line)["turn"] for line in done.stdout.splitlines()] == [1, 2, 3]
        assert talk("--json", typed="").stdout == ""

    def test_for_people(self, talk):
        done = talk("--say", "horror [red]please[/red]", "--say", "/facts", "--say", "/thought")
        assert done.returncode == 0, done.stderr
        assert "[bold]Alien[/bold]" in done.stdout and "\x1b" not in done.stdout
        assert "[red]please[/red]" in done.stdout and "Genres" in done.stdout
        assert "--thread" in done.stderr

    def test_a_bad_picture_is_one_sentence(self, talk):
        said = ("--say", "something like this")
        done = talk("--image", "gone [/red].png", *said, "--json")
        refused(done, 2, "There is no picture file 'gone [/red].png'")
        done = talk("--image", "ratings.csv", *said)
        assert done.returncode == 2 and "Traceback" not in done.stderr
        assert "ratings.csv cannot be decoded as JPEG, PNG, WEBP, GIF" in done.stderr
        assert done.stdout.splitlines() == ["you: something like this"]

    def test_a_person_may_name_the_picture_again(self, talk):
        done = talk(typed="/image\n/image gone.png like this\n/image ratings.csv\nhi\nhello\n")
        assert done.returncode == 0, done.stderr
        hint, gone, unread = [line for line in done.stderr.splitlines() if line.strip()][:3]
        assert "/image photo.jpg" in hint and "gone.png" in gone and "ratings.csv" in unread
        assert done.stdout.count("in the mood for") == 1, "the one message without a picture"


@pytest.mark.packs
class TestRecommend:
    """Recommendations through the real text encoder and a trained part of one channel."""

    @pytest.fixture
    def recommend(self, run, place, tmp_path, monkeypatch):
        from tastemaker.catalog.store import Catalog
        from tastemaker.recommender.channels.popularity import Popularity
        from tastemaker.recommender.histories import Histories
        from tastemaker.recommender.learned_fusion import LearnedFusion
        from tastemaker.recommender.trained import Card, TrainedRecommender, folder_of

        shutil.copytree(place / "data", tmp_path / "data")
        catalog = Catalog.open(tmp_path / "data" / "catalogs" / "films")
        fusion = LearnedFusion(channels=["popularity"], weights=[1.0, *[0.0] * 5])
        card = Card(
            catalog="films", fingerprint=catalog.fingerprint, licence="", settings={}, command="",
            users=2, interactions=4, figures={}, seconds=0,
        )  # fmt: skip
        popularity = Popularity.fit(Histories.from_catalog(catalog))
        TrainedRecommender(card, [popularity], fusion).save(folder_of(catalog))

        def recommend(*arguments):
            # The encoder is there already.
            more = {"TASTEMAKER_CACHE_DIR": REAL_CACHE}
            return run("recommend", "--catalog", "films", *arguments, **more)

        recommend.folder = folder_of(catalog)
        return recommend

    def test_json_is_one_object_a_line(self, recommend):
        done = recommend("--user", "ann", "--k", "9", "--why", "--json")
        assert done.returncode == 0, done.stderr
        found = [json.loads(line) for line in done.stdout.splitlines()]
        assert {one["title"] for one in found} == {"Toy Story", "[bold]Alien[/bold]"}
        assert [one["rank"] for one in found] == [1, 2] and all(one["reason"] for one in found)

    def test_for_people(self, recommend):
        done = recommend("--user", "ann", "--why", "--diversity", "0.5")
        assert done.returncode == 0, done.stderr
        assert "[bold]Alien[/bold]" in done.stdout and "popularity" in done.stdout
        assert "\x1b" not in done.stdout

    @pytest.mark.parametrize("user", ["zoe", "[/red]", "\x1b[31m"])
    def test_an_unknown_user(self, recommend, user):
        done = recommend("--user", user)
        refused(done, 2, "does not know the user")
        assert "\x1b" not in done.stderr

    def test_a_damaged_one(self, recommend):
        (recommend.folder / "fusion.json").write_text("")
        refused(recommend("--user", "ann"), 2, "damaged", "tastemaker train recommender")
