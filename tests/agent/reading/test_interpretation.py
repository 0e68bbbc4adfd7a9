"""Genres, people, languages, topics and their negation: messages and what they ask for."""

import pytest

VALUES = {
    "a comedy": "genres=Comedy",
    "comedies": "genres=Comedy",
    "thrillers": "genres=Thriller",
    "sci-fi": "genres=Sci-Fi",
    "sci fi movies": "genres=Sci-Fi",
    "funny": "~funny",
    "something scary for tonight": "~scary",
    "scarier": "~scarier",
    "a love story": "~love story",
    "romantic comedy": "genres=Comedy, ~romantic comedy",
    "something about time travel": "~time travel",
    "a film about love": "~love",
    "in English, about a ship": "language=English, ~ship",
    "what about love": "",
    "set in Paris": "~paris",
    "movies with a heist": "~heist",
    "a mellow lighthouse mystery": "?mellow lighthouse, genres=Mystery",
    "i feel like watching a western": "genres=Western",
    "what should i watch tonight?": "",
    "surprise me": "",
    "I'd like a home movie": "?home",
    "please recommend me a good film": "",
}
MISSPELT = {
    "comdey": "genres=Comedy",
    "horor movies": "genres=Horror",
    "thrilers": "genres=Thriller",
    "documentry": "genres=Documentary",
    "a musicl": "genres=Musical",
    "somthing funnny": "~funnny",
    "animaton": "genres=Animation",
    "tom hankes": "cast=Tom Hanks",
    "with leonardo dicapro": "cast=Leonardo DiCaprio",
    "directed by steven speilberg": "director=Steven Spielberg",
}
REFUSED = {
    "no horror": "genres!=Horror",
    "nothing scary": "genres!=Horror",
    "never horror": "genres!=Horror",
    "not a comedy but a drama": "genres!=Comedy, genres=Drama",
    "a drama but not a comedy": "genres!=Comedy, genres=Drama",
    "anything but westerns": "genres!=Western",
    "anything except horror": "genres!=Horror",
    "no more comedies please": "genres!=Comedy",
    "except westerns": "genres!=Western",
    "other than drama": "genres!=Drama",
    "without romance or musicals": "genres!=Musical, genres!=Romance",
    "neither horror nor comedy": "genres!=Comedy, genres!=Horror",
    "no horror, gore or war": "genres!=Horror, genres!=War, keywords!=gore",
    "no sci-fi, fantasy, or animation": "genres!=Animation, genres!=Fantasy, genres!=Sci-Fi",
    "no horror, comedy please": "genres!=Horror, genres=Comedy",
    "no horror. comedy please": "genres!=Horror, genres=Comedy",
    "no horror, something funny": "genres!=Horror, ~funny",
    "I hate horror but love comedies": "genres!=Horror, genres=Comedy",
    "I love comedies, hate horror": "genres!=Horror, genres=Comedy",
    "i don't like war movies": "genres!=War",
    "i don't really like musicals": "genres!=Musical",
    "I can't stand musicals": "genres!=Musical",
    "horror need not apply": "genres!=Horror",
    "horror is out": "genres!=Horror",
    "keep the horror away from me": "genres!=Horror",
    "zero horror": "genres!=Horror",
    "not a single musical": "genres!=Musical",
    "hold the horror": "genres!=Horror",
    "keep me happy with a comedy": "?happy, genres=Comedy",
    "not a fan of westerns": "genres!=Western",
    "I'm tired of action": "genres!=Action",
    "don't show me any documentaries": "genres!=Documentary",
    "not in the mood for anything scary": "genres!=Horror",
    "a comedy that isn't romantic": "genres!=Romance, genres=Comedy",
    "comedy without romance, with Bill Murray": "cast=Bill Murray, genres!=Romance, genres=Comedy",
    "non-horror thriller": "genres!=Horror, genres=Thriller",
    "less romance more action": "genres!=Romance, genres=Action",
    "not only comedy": "genres=Comedy",
    "nothing but comedies": "genres=Comedy",
    "why not a comedy": "genres=Comedy",
    "I'm not sure, a comedy": "genres=Comedy",
    "no idea, a thriller maybe": "genres=Thriller",
    "no, a comedy": "genres=Comedy",
    "no thrillers about space": "genres!=Thriller, keywords!=space",
    "no thrillers but space is great": "genres!=Thriller, ~space",
}
ALTERNATIVES = {
    "comedy or drama": "genres=Comedy/Drama",
    "either a comedy or a romance": "genres=Comedy/Romance",
    "a comedy, drama or thriller": "genres=Comedy/Drama/Thriller",
    "action/adventure": "genres=Action/Adventure",
    "action and adventure": "genres=Action, genres=Adventure",
    "horror comedy": "genres=Comedy, genres=Horror",
    "french or japanese": "language=French/Japanese",
    "French and Japanese films": "language=French/Japanese",
    "Tom Hanks or Tom Cruise": "cast=Tom Hanks/Tom Cruise",
    "starring Tom Hanks and Adam Sandler": "cast=Adam Sandler, cast=Tom Hanks",
    "crime with Al Pacino or Robert De Niro": "cast=Al Pacino/Robert De Niro, genres=Crime",
}
PEOPLE = {
    "directed by Christopher Nolan": "director=Christopher Nolan",
    "directed by Nolan": "director=Christopher Nolan",
    "by nolan": "director=Christopher Nolan",
    "Nolan's films": "director=Christopher Nolan",
    "a tarantino film": "director=Quentin Tarantino",
    "got anything by Miyazaki?": "director=Hayao Miyazaki",
    "with Tom Hanks": "cast=Tom Hanks",
    "with Hanks": "cast=Tom Hanks",
    "with pitt and dicaprio": "cast=Brad Pitt, cast=Leonardo DiCaprio",
    "directed by Coen": "director=Ethan Coen/Joel Coen",
    "with robert deniro": "cast=Robert De Niro",
    "by Hitchcock or Kubrick": "?hitchcock, director=Stanley Kubrick",
    "by Scott": "director=Ridley Scott",
    "no Adam Sandler": "cast!=Adam Sandler",
    "not with Tom Cruise": "cast!=Tom Cruise",
    "nothing with tom hanks or tom cruise": "cast!=Tom Cruise, cast!=Tom Hanks",
    "by Spielberg but not war": "director=Steven Spielberg, genres!=War",
    "directed by Clint Eastwood": "director=Clint Eastwood",
    "starring Clint Eastwood": "cast=Clint Eastwood",
}
LANGUAGES = {
    "in French": "language=French",
    "french films": "language=French",
    "not in English": "language!=English",
    "not english": "language!=English",
    "a film from France": "~france",
    "in japanese from the 50s": "language=Japanese, year<=1959, year>=1950",
}
RELEASES = {
    "forget the year": "-year",
    "any length": "-runtime",
    "whatever year": "-year",
    "any year is fine": "-year",
    "length doesn't matter": "-runtime",
    "I don't care about the language": "-language",
    "no matter what language": "-language",
    "doesn't matter how long": "-runtime",
    "never mind the genre": "-genres",
    "any actor is fine": "-cast",
    "no limit on length": "-runtime",
    "horror is fine after all": "-Horror",
    "I don't mind horror": "-Horror",
    "drop the horror filter": "-Horror",
    "ditch the comedy, go for horror": "-Comedy, genres=Horror",
    "instead of comedy, a thriller": "-Comedy, genres=Thriller",
    "a drama rather than a comedy": "-Comedy, genres=Drama",
}
EVERYTHING = {
    **VALUES,
    **MISSPELT,
    **REFUSED,
    **ALTERNATIVES,
    **PEOPLE,
    **LANGUAGES,
    **RELEASES,
}
PRODUCTS = {
    "a red jacket": "colour=Red, type=Jackets",
    "ski gear": "?gear, type=Ski/boarding",
    "by Daybird": "brand=Daybird",
    "no nylon please": "material!=Nylon",
    "leather or wool": "material=Leather/Wool",
    "black footwear from Daybird under 80 euros": (
        "brand=Daybird, colour=Black, price<80, type=Footwear"
    ),
    "anything but jackets": "type!=Jackets",
    "any colour": "-colour",
    "price is no object": "-price",
    "a waterproof jacket": "?waterproof, type=Jackets",
}
WINES = {
    "a red from Italy": "country=Italy, type=Red",
    "Italian red under 13%": "abv<13, country=Italy, type=Red",
    "malbec or merlot": "grapes=Malbec/Merlot",
    "cabernet sauvignon": "grapes=Cabernet Sauvignon",
    "chardonay": "grapes=Chardonnay",
    "not from Spain": "country!=Spain",
    "French or Spanish": "country=France/Spain",
    "sparkling or rose": "type=Sparkling/Rosé",
    "full-bodied with high acidity": "acidity=High, body=Full-bodied",
    "something bubbly": "~bubbly",
    "high": "?high",
}


@pytest.mark.parametrize(("message", "expected"), EVERYTHING.items())
def test_films(film_reader, asked, message, expected):
    assert asked(film_reader.read(message)) == expected


@pytest.mark.parametrize(("message", "expected"), PRODUCTS.items())
def test_products(product_reader, asked, message, expected):
    assert asked(product_reader.read(message)) == expected


@pytest.mark.parametrize(("message", "expected"), WINES.items())
def test_wines(wine_reader, asked, message, expected):
    assert asked(wine_reader.read(message)) == expected


def test_what_cannot_be_refused_is_said(film_reader):
    reading = film_reader.read("no unicycles, a drama")
    assert [note for note in reading.notes if "unicycles" in note] == [
        "This catalogue does not record “unicycles”, so I cannot leave it out."
    ]
    assert reading.unread == []


def test_a_wish_keeps_the_values_that_grant_it(film_reader):
    (wish,) = film_reader.read("something funny").wishes
    assert (wish.attribute, wish.values, wish.topical) == ("genres", ("Comedy",), False)
    (wish,) = film_reader.read("something about space").wishes
    assert (wish.attribute, wish.values, wish.topical) == ("keywords", ("space",), True)
