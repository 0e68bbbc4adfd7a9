from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tastemaker.catalog.store import Catalog
from tastemaker.errors import BadInputError
from tastemaker.evals.independent_rules import Ground, ground_of, unsupported
from tastemaker.recommender.collaborative import ItemSimilarity, liked_matrix

FILM = Ground(
    title="Groundhog Day",
    noun="film",
    attributes={
        "year": 1993.0,
        "genres": ["Comedy", "Fantasy", "Romance"],
        "runtime": 101.0,
        "director": ["Harold Ramis"],
        "cast": ["Bill Murray", "Andie MacDowell"],
        "keywords": ["time loop", "weather forecast"],
        "language": "English",
        "rating": 4.1,
        "votes": 1540.0,
        "released": date(1993, 2, 12),
    },
    labels={
        "year": "Year", "genres": "Genre", "runtime": "Running time", "director": "Director",
        "cast": "Cast", "keywords": "About", "language": "Original language",
        "rating": "Viewers' rating", "votes": "Number of ratings", "released": "Released",
    },
    units={"runtime": "minutes", "rating": "stars of 5", "votes": "ratings"},
    vocabulary=frozenset(
        "comedy|fantasy|romance|horror|thriller|time loop|time travel|weather forecast|ghost"
        "|english|french|harold ramis|ivan reitman|bill murray|andie macdowell|dan aykroyd"
        "|sigourney weaver|new york|spaceship|ridley scott|love|it|us|1990s".split("|")
    ),
    text="A weatherman lives the same day over and over again. He never learns why until two"
    " friends help him to the best day of his life in Punxsutawney.",
    others={
        "Ghostbusters": {
            "year": 1984.0, "genres": ["Comedy", "Fantasy"], "runtime": 107.0,
            "director": ["Ivan Reitman"], "cast": ["Bill Murray", "Dan Aykroyd", "Harold Ramis"],
            "keywords": ["ghost", "new york"], "language": "English", "rating": 3.8,
        },
        "Alien": {
            "year": 1979.0, "genres": ["Horror"], "runtime": 101.0, "director": ["Ridley Scott"],
            "cast": ["Sigourney Weaver"], "keywords": ["spaceship"], "language": "English",
        },
    },
    counts=[("Ghostbusters", 41, 29), ("Alien", 50, 4)],
)  # fmt: skip
WINE = Ground(
    title="Rioja Gran Reserva 904",
    noun="wine",
    attributes={
        "type": "Red", "grapes": ["Tempranillo"], "goes_with": ["Beef", "Lamb"], "alcohol": 13.5,
        "body": "Full-bodied", "country": "Spain", "region": "Rioja", "winery": "La Rioja Alta",
        "rating": 4.34, "vintages": ["2010", "2011"],
    },
    labels={
        "type": "Type", "grapes": "Grapes", "goes_with": "Goes with", "alcohol": "Alcohol",
        "body": "Body", "country": "Country", "region": "Region", "winery": "Winery",
        "rating": "Drinkers' rating", "vintages": "Vintages",
    },
    units={"alcohol": "% alcohol", "rating": "stars of 5"},
    vocabulary=frozenset(
        "red|white|tempranillo|malbec|beef|lamb|fish|poultry|full-bodied|light-bodied|spain|france"
        "|argentina|rioja|mendoza|la rioja alta|catena zapata".split("|")
    ),
    text="",
    others={
        "Malbec": {
            "type": "Red", "grapes": ["Malbec"], "goes_with": ["Beef", "Poultry"], "alcohol": 14.0,
            "body": "Full-bodied", "country": "Argentina", "winery": "Catena Zapata",
        }
    },
    counts=[("Malbec", 12, 3)],
)  # fmt: skip
PRODUCT = Ground(
    title="Alpine Peak Down Jacket",
    noun="product",
    attributes={"type": "Jackets", "brand": "Solstix", "price": 249.99},
    labels={"type": "Type", "brand": "Brand", "price": "Price"},
    units={"price": "USD"},
    vocabulary=frozenset(
        "jackets|footwear|solstix|raptor elite|daybird|blue|waterproof|merino wool".split("|")
    ),
    text="Stay warm in a waterproof shell with three zipped pockets. An award-winning design,"
    " backed by a lifetime guarantee, for ages over 12.",
    others={"Trail Boots": {"type": "Footwear", "brand": "Daybird", "price": 109.99}},
    counts=[],
)  # fmt: skip

TRUE = [
    (FILM, "It is a comedy from 1993 [1] that runs 101 minutes [2]."),
    (FILM, "Groundhog Day runs an hour and 41 minutes."),
    (FILM, "At 1h41 it is a romance of the nineties."),
    (FILM, "This 101-minute film came out in the '90s."),
    (FILM, "Viewers rate it 4.1 out of 5 stars."),
    (FILM, "It has a rating of 4.1 stars of 5 from 1,540 ratings."),
    (FILM, "It was released in 1993, after 1990 and before 2000."),
    (FILM, "Running time: 101 minutes."),
    (FILM, "About 100 minutes of comedies and time loops."),
    (FILM, "29 of the 41 people who liked Ghostbusters liked this too [3]."),
    (FILM, "Of 41 people who liked Ghostbusters, twenty-nine liked this too."),
    (FILM, "71% of the 41 people who liked Ghostbusters liked it."),
    (FILM, "It was directed by Harold Ramis and stars Bill Murray and Andie MacDowell."),
    (FILM, "Harold Ramis directed it; its director is Ramis."),
    (FILM, "It shares Bill Murray and Comedy with Ghostbusters [4], and it is a romance."),
    (FILM, "Like Ghostbusters, it is a fantasy with Bill Murray, directed by Harold Ramis."),
    (FILM, "Comedy and Fantasy are what it has in common with Ghostbusters."),
    (FILM, "In common with Ghostbusters: Comedy, Bill Murray."),
    (FILM, "Both Groundhog Day and Alien run 101 minutes and are in English."),
    (FILM, "It is shorter than Ghostbusters and newer than Alien."),
    (FILM, "It is shorter than Ghostbusters (107 minutes), and better rated than Ghostbusters."),
    (FILM, "It is longer than 90 minutes and rated at least 4 stars."),
    (FILM, "A weatherman lives the same day over and over in Punxsutawney, helped by two friends."),
    (FILM, "Like Ghostbusters, it is a comedy, tagged time loop."),
    (FILM, "It leads him to the best day of his life."),
    (FILM, "Its description: “A weatherman lives the same day over and over again.”"),
    (FILM, "Three genres meet: comedy, fantasy and romance."),
    (WINE, "A full-bodied red from Rioja in Spain, made of Tempranillo."),
    (WINE, "It has 13.5% alcohol and goes with beef and lamb."),
    (WINE, "It is made by La Rioja Alta and rated 4.34 stars of 5."),
    (WINE, "The winery is La Rioja Alta; its vintages include 2010."),
    (WINE, "It shares beef with Malbec, and it is weaker than Malbec."),
    (WINE, "Both are red and full-bodied, like Malbec."),
    (WINE, "3 of the 12 people who liked Malbec liked it."),
    (PRODUCT, "The jacket costs $249.99 and comes from the brand Solstix."),
    (PRODUCT, "For 249.99 dollars you get a waterproof shell with 3 zipped pockets."),
    (PRODUCT, "An award-winning design by Solstix with a lifetime guarantee."),
    (PRODUCT, "It is more expensive than Trail Boots."),
    (PRODUCT, "Solstix jackets under 300 dollars."),
]
FALSE = [
    (FILM, "It is a comedy from 1994.", "1994"),
    (FILM, "It runs 107 minutes.", "107"),
    (FILM, "It runs two hours.", "120"),
    (FILM, "It is a comedy of the eighties.", "1980"),
    (FILM, "Its 101 actors are funny.", "101"),
    (FILM, "It runs 1993 minutes.", "1993"),
    (FILM, "Viewers rate it 4.2 stars of 5.", "4.2"),
    (FILM, "Viewers rate it 4.1 out of 10.", "4.1"),
    (FILM, "It has a rating of 4.1 stars of 6.", "4.1"),
    (FILM, "It is a thriller.", "thriller"),
    (FILM, "It is about time travel.", "time travel"),
    (FILM, "It won two Oscars.", "Oscars"),
    (FILM, "It stars Dan Aykroyd.", "Dan Aykroyd"),
    (FILM, "It stars Harold Ramis.", "Harold Ramis"),
    (FILM, "It was directed by Bill Murray.", "Bill Murray"),
    (FILM, "Bill Murray directed it.", "Bill Murray"),
    (FILM, "It was written by Bill Murray.", "Bill Murray"),
    (FILM, "A comedy with Tom Hanks.", "Tom Hanks"),
    (FILM, "Spielberg directed it.", "Spielberg"),
    (FILM, "29 of the 50 people who liked Ghostbusters liked this too.", "29"),
    (FILM, "29 of the 41 people who liked Alien liked this too.", "29"),
    (FILM, "80% of the 41 people who liked Ghostbusters liked it.", "80"),
    (FILM, "It shares Romance with Ghostbusters.", "romance"),
    (FILM, "It shares ghosts with Ghostbusters.", "ghost"),
    (FILM, "With Alien it shares Comedy.", "comedy"),
    (FILM, "Fantasy links it to Alien.", "fantasy"),
    (FILM, "Like Alien, it is a comedy.", "comedy"),
    (FILM, "Both it and Ghostbusters run 101 minutes.", "101"),
    (FILM, "It has the same director as Ghostbusters.", "same director"),
    (FILM, "It is longer than Ghostbusters.", "longer"),
    (FILM, "It is older than Alien.", "older"),
    (FILM, "It runs over 101 minutes.", "101"),
    (FILM, "It is the best comedy.", "best"),
    (FILM, "It is the only film with a time loop.", "only"),
    (FILM, "Everyone loves this comedy.", "Everyone"),
    (FILM, "It is not a romance.", "not"),
    (FILM, "An award-winning comedy.", "award"),
    (FILM, "A critically acclaimed fantasy.", "acclaimed"),
    (FILM, "It is more fun than a comedy.", "more"),
    (FILM, "It is set in Paris.", "Paris"),
    (WINE, "A light-bodied wine.", "light bodied"),
    (WINE, "A full-bodied white.", "white"),
    (WINE, "It comes from France.", "france"),
    (WINE, "It has 14% alcohol.", "14"),
    (WINE, "It is made by Catena Zapata.", "Catena Zapata"),
    (WINE, "It goes with fish.", "fish"),
    (WINE, "It shares lamb with Malbec.", "lamb"),
    (WINE, "It is stronger than Malbec.", "stronger"),
    (WINE, "It costs 20 euros.", "20"),
    (WINE, "A 2015 vintage.", "2015"),
    (PRODUCT, "It costs €249.99.", "249.99"),
    (PRODUCT, "It costs $199.", "199"),
    (PRODUCT, "It comes in blue merino wool.", "merino wool"),
    (PRODUCT, "The brand is Raptor Elite.", "Raptor Elite"),
    (PRODUCT, "In stock now, with free shipping.", "In stock"),
    (PRODUCT, "It is cheaper than Trail Boots.", "cheaper"),
    (PRODUCT, "A bestseller with four zipped pockets.", "bestseller"),
    (PRODUCT, "Your last chance at this popular jacket.", "last"),
]


@pytest.mark.parametrize(("ground", "statement"), TRUE)
def test_what_the_catalogue_says_is_supported(ground: Ground, statement: str) -> None:
    assert unsupported(statement, ground) == []


@pytest.mark.parametrize(("ground", "statement", "named"), FALSE)
def test_what_it_does_not_say_is_named(ground: Ground, statement: str, named: str) -> None:
    reasons = unsupported(statement, ground)
    assert any(named in reason for reason in reasons), reasons


def test_each_wrong_claim_has_its_reason() -> None:
    reasons = unsupported("A horror film from 1980 with Tom Hanks, the best of all.", FILM)
    assert [reason.split("”")[0] for reason in reasons] == [
        "“1980", "“horror", "“best", "“all", "“Tom Hanks",
    ]  # fmt: skip


def test_a_ground_is_the_row_and_the_interactions(films: Catalog) -> None:
    people = ItemSimilarity.build(liked_matrix(films))
    ground = ground_of(films, "1", ["3", "1", "11", "3"], people)
    assert ground.title == "Groundhog Day" and ground.noun == "film"
    assert ground.attributes["runtime"] == 101.0 and ground.units["runtime"] == "minutes"
    assert ground.labels["keywords"] == "About" and "time loop" in ground.vocabulary
    assert list(ground.others) == ["Ghostbusters", "Alien"]
    rows = {one: films.item_ids.index(one) for one in ("1", "3", "11")}
    both = people.liked_both(rows["3"], rows["1"])
    assert ground.counts == [
        ("Ghostbusters", *both),
        ("Alien", *people.liked_both(rows["11"], rows["1"])),
    ]
    said = f"{both[1]} of the {both[0]} people who liked Ghostbusters liked this Comedy of 1993."
    assert unsupported(said, ground) == []
    assert unsupported(said.replace("Comedy", "Horror"), ground)
    with pytest.raises(BadInputError, match="no item"):
        ground_of(films, "none", [], people)


PIECES = st.sampled_from(
    "Ghostbusters|Groundhog Day|29 of the 41 people who liked|shares|in common with|longer than"
    "|1990s|sİxty-fıve|two hours|$|٣|½|[3]|\ue001|\uf8ff|directed by|Éric Rohmer|nineties|4/5"
    "|than|both|’s|hİgher rated|1,000,000.5|..|—|\n|𝟏𝟗𝟗𝟑|like|of 5 stars|an h|%".split("|")
)


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES | st.text(max_size=12), max_size=25), st.sampled_from([FILM, WINE, PRODUCT]))
def test_odd_text_is_judged_too(pieces: list[str], ground: Ground) -> None:
    statement = " ".join(pieces)
    reasons = unsupported(statement, ground)
    assert all(reasons) and len(set(reasons)) == len(reasons)
    assert unsupported(statement, ground) == reasons


@given(st.text(max_size=200), st.text(max_size=40), st.text(max_size=80))
def test_odd_catalogues_are_read_too(statement: str, title: str, text: str) -> None:
    odd = FILM.model_copy(update={"title": title, "text": text, "others": {text: {title: text}}})
    assert isinstance(unsupported(f"{statement} like {title} and {text}", odd), list)


@given(st.permutations(["a comedy", "a romance", "101 minutes", "from 1993", "with Bill Murray"]))
def test_true_claims_are_true_in_any_order(claims: list[str]) -> None:
    assert unsupported(f"It is {', '.join(claims)}.", FILM) == []


@given(st.integers(1, 400).filter(lambda minutes: minutes != 101))
def test_no_other_running_time_is_true(minutes: int) -> None:
    assert unsupported(f"It runs {minutes} minutes.", FILM)
    assert unsupported(f"It runs {minutes // 60} hours and {minutes % 60} minutes.", FILM)
