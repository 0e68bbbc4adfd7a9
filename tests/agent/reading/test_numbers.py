"""Years, decades, lengths, prices, ratings: messages and the bounds that they state."""

import pytest

YEARS = {
    "90s movies": "year<=1999, year>=1990",
    "from the nineties": "year<=1999, year>=1990",
    "films of the 1990s": "year<=1999, year>=1990",
    "80's action": "genres=Action, year<=1989, year>=1980",
    "early 80s": "year<=1983, year>=1980",
    "mid-90s": "year<=1996, year>=1994",
    "late eighties thrillers": "genres=Thriller, year<=1989, year>=1987",
    "from the 2000s": "year<=2009, year>=2000",
    "the noughties": "year<=2009, year>=2000",
    "from the 10s": "year<=2019, year>=2010",
    "80s or 90s": "year<=1999, year>=1980",
    "between the 70s and the 80s": "year<=1989, year>=1970",
    "since the 90s": "year>=1990",
    "before the 80s": "year<1980",
    "after the 90s": "year>1999",
    "nothing before the 80s": "year>=1980",
    "before 1980": "year<1980",
    "older than 1970": "year<1970",
    "earlier than 1970": "year<1970",
    "pre-1970": "year<1970",
    "after 2005": "year>2005",
    "newer than 2010": "year>2010",
    "more recent than 2010": "year>2010",
    "post 2000": "year>2000",
    "since 2010": "year>=2010",
    "until 1990": "year<=1990",
    "up to 1985": "year<=1985",
    "between 1990 and 1995": "year<=1995, year>=1990",
    "from 1990 to 1995": "year<=1995, year>=1990",
    "from 1990 till 1995": "year<=1995, year>=1990",
    "1990-1995": "year<=1995, year>=1990",
    "1990-95": "year<=1995, year>=1990",
    "in 1995": "year<=1995, year>=1995",
    "from 1995": "year<=1995, year>=1995",
    "from 1995 on": "year>=1995",
    "1995 or later": "year>=1995",
    "1995 or newer": "year>=1995",
    "from '94": "year<=1994, year>=1994",
    "around 1975": "year<=1977, year>=1973",
    "nothing before 1990": "year>=1990",
    "no older than 2000": "year>=2000",
    "not after 2000": "year<=2000",
    "i don't want anything older than 2000": "year>=2000",
    "the best films of 1994": "year<=1994, year>=1994",
    "90s or later": "year>=1990",
    "90s or earlier": "year<=1999",
    "the year 2000 and later": "year>=2000",
    "nothing from this century": "year<2000",
    "nothing from the 2010s": "year<2010",
    "the second half of the 20th century": "year<=1999, year>=1950",
    "early 20th century": "year<=1933, year>=1900",
    "18th c or 19th c": "year<=1899, year>=1800",
    "nineteenth or twentieth century": "year<=1999, year>=1800",
    "as long as it's from 2011 or later": "?long, year>=2011",
}
LENGTHS = {
    "under two hours": "runtime<120",
    "less than 1h30": "runtime<90",
    "less than 2 hours": "runtime<120",
    "at most 95 min": "runtime<=95",
    "max 100 min": "runtime<=100",
    "100 minutes max": "runtime<=100",
    "shorter than 100 minutes": "runtime<100",
    "shorter than 100": "runtime<100",
    "no longer than 2 hours": "runtime<=120",
    "not longer than 95 minutes": "runtime<=95",
    "no more than 100 minutes": "runtime<=100",
    "90 minutes or less": "runtime<=90",
    "1h 30m or less": "runtime<=90",
    "an hour and a half max": "runtime<=90",
    "one and a half hours at most": "runtime<=90",
    "two and a half hours or more": "runtime>=150",
    "2+ hours": "runtime>=120",
    "longer than 3 hours": "runtime>180",
    "at least two hours long": "runtime>=120",
    "more than 2.5 hours": "runtime>150",
    "not under 90 minutes": "runtime>=90",
    "under ninety minutes": "runtime<90",
    "under a hundred minutes": "runtime<100",
    "between 90 and 120 minutes": "runtime<=120, runtime>=90",
    "between one and two hours": "runtime<=120, runtime>=60",
    "1-2 hours": "runtime<=120, runtime>=60",
    "90-120 minutes": "runtime<=120, runtime>=90",
    "around 100 minutes": "runtime<=110, runtime>=90",
    "a 90 minute film": "runtime<=99, runtime>=81",
    "I only have 90 minutes": "runtime<=90",
    "not too long": "runtime<=113",
    "under 100": "runtime<100",
    "two hours at the very least": "runtime>=120",
    "90 minutes at the outside": "runtime<=90",
    "100 minutes is my limit": "runtime<=100",
    "not a minute past 100 minutes": "runtime<=100",
    "I'm not going to sit through more than 100 minutes": "runtime<=100",
    "don't exceed 100 minutes": "runtime<=100",
    "they sing every 5 minutes": "?sing",
    "90 minutes, tops": "runtime<=90",
    "not too long, max 100 minutes": "runtime<=100",
    "I will not sit through more than 100 minutes": "runtime<=100",
    "I don't mind up to 150 minutes": "runtime<=150",
    "let's cap it at 110 minutes": "runtime<=110",
    "she nods off after two hours": "runtime<=120",
}
RATINGS = {
    "rated above 4": "rating>4",
    "rating over 3.5": "rating>3.5",
    "at least 4 stars": "rating>=4",
    "4+ stars": "rating>=4",
    "four stars": "rating>=4",
    "nothing under 3 stars": "rating>=3",
    "more than 100 votes": "votes>100",
    "with more than 50 ratings": "votes>50",
    "1,000 votes or more": "votes>=1000",
}
PRICES = {
    "under 20 euros": "price<20",
    "under €20": "price<20",
    "$10-$20": "price<=20, price>=10",
    "between 50 and 100 dollars": "price<=100, price>=50",
    "cheaper than 15": "price<15",
    "cheaper than 19.99": "price<19.99",
    "max 90 bucks": "price<=90",
    "less than 40": "price<40",
    "no more than fifty euros": "price<=50",
    "50 euros or less": "price<=50",
    "at least 100 pounds": "price>=100",
    "I can spend 60 dollars": "price<=60",
    "I've got 80 to spend": "price<=80",
    "not interested in paying more than 110": "price<=110",
    "a jacket for 90 euros": "price<=90, type=Jackets",
    "over 150": "price>150",
}
ALCOHOL = {
    "under 13%": "abv<13",
    "at least 14 % alcohol": "abv>=14",
    "between 11 and 12.5 percent": "abv<=12.5, abv>=11",
    "alcohol below 12": "abv<12",
}


@pytest.mark.parametrize(("message", "bounds"), {**YEARS, **LENGTHS, **RATINGS}.items())
def test_bounds_on_films(film_reader, asked, message, bounds):
    assert asked(film_reader.read(message)) == bounds


@pytest.mark.parametrize(("message", "bounds"), PRICES.items())
def test_bounds_on_products(product_reader, asked, message, bounds):
    assert asked(product_reader.read(message)) == bounds


@pytest.mark.parametrize(("message", "bounds"), ALCOHOL.items())
def test_bounds_on_wines(wine_reader, asked, message, bounds):
    assert asked(wine_reader.read(message)) == bounds


@pytest.mark.parametrize(
    "message",
    [
        "at 8 tonight",
        "for my 2 kids",
        "room 101",
        "my 30th birthday",
        "version 1.2.3.4",
        "for up to 4 people",
        "the past 3 weeks",
        "half past 7",
        "for kids under 5",
    ],
)
def test_other_numbers_bound_nothing(film_reader, message):
    assert film_reader.read(message).constraints == []


COMPARED = {
    "something shorter": "runtime<170",
    "shorter than that": "runtime<170",
    "longer than the second one": "runtime>96",
    "newer than the second one": "year>2009",
    "older": "year<1995",
    "on second thought older ones": "year<1995",
    "shorter and newer": "runtime<170, year>1995",
    "not longer than the second one": "runtime<=96",
    "movies like Fargo but newer": "year>1996",
    "something more popular": "votes>80",
}


@pytest.mark.parametrize(("message", "bounds"), COMPARED.items())
def test_comparatives_take_the_bound_from_an_item(film_reader, asked, shown, message, bounds):
    assert asked(film_reader.read(message, shown, shown[0])) == bounds


def test_nothing_to_compare_with(film_reader, asked):
    assert asked(film_reader.read("something shorter")) == "runtime<=113"  # the shorter part of all


def test_an_item_that_lacks_the_number_is_said(film_reader, shown):
    reading = film_reader.read("shorter than the fourth one", shown, shown[0])
    assert reading.constraints == []
    assert reading.notes == [
        "The running time of that film is not recorded, so I cannot compare with it."
    ]


@pytest.mark.parametrize(
    ("reader", "message", "name"),
    [
        ("film_reader", "under 20 euros", "price"),
        ("film_reader", "something cheaper", "price"),
        ("product_reader", "under two hours", "length"),
        ("product_reader", "from the 90s", "year"),
        ("product_reader", "in French", "languages"),
        ("product_reader", "at least 12% alcohol", "alcohol"),
        ("wine_reader", "cheaper than 20 euros", "price"),
        ("wine_reader", "directed by Nolan", "who directed"),
    ],
)
def test_what_the_catalogue_does_not_record_is_said(request, reader, message, name):
    reading = request.getfixturevalue(reader).read(message)
    assert reading.constraints == []
    assert reading.notes == [f"This catalogue does not record {name}, so I cannot filter by it."]


def test_a_stretch_of_years_cannot_be_left_out(film_reader):
    reading = film_reader.read("not from the 80s")
    assert reading.constraints == []
    assert "not leave one out" in reading.notes[0]
