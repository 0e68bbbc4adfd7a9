import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tastemaker.generation.text.verify import split_sentences, supported

GROUND = [
    "Meatballs",
    "Genre: Comedy, Romance.",
    "Year: 1979.",
    "Running time: 88 minutes.",
    "Director: Ivan Reitman.",
    "Cast: Bill Murray, Chris Makepeace.",
    "About: summer camp.",
    "Original language: English.",
    "Viewers' rating: 3.9 stars of 5.",
    "In common with Stripes: Bill Murray, Ivan Reitman.",
    "Of 9 people who liked Ghostbusters, 7 liked this too.",
    "Its description: “A counselor of a summer camp is not what he seems, and befriends a boy.”",
]

TRUE = """\
It is a Comedy.
It is a comedy from 1979.
Meatballs is a comedy.
It runs 88 minutes [4].
It is an 88-minute comedy.
A comedy of 88 minutes [1][4].
It was directed by Ivan Reitman.
Ivan Reitman directed it.
It stars Bill Murray.
Bill Murray stars in it.
It stars Bill Murray and Chris Makepeace.
It features Bill Murray.
Starring Bill Murray, it is a Comedy.
It is directed by Ivan Reitman and stars Bill Murray.
The director is Ivan Reitman.
The cast includes Chris Makepeace.
A romance with Bill Murray.
It shares Bill Murray with Stripes [10].
It has Bill Murray in common with Stripes.
If you liked Stripes, this is a good choice.
Of 9 people who liked Ghostbusters, 7 liked this too.
7 of 9 people who liked Ghostbusters liked this too.
It is about a summer camp.
It is set in a summer camp.
A counselor befriends a boy.
You may enjoy this comedy.
You will enjoy it.
I recommend it for the romance.
Rated 3.9 stars of 5.
It is rated 3.9 of 5.
It is in English.
The language is English.
The genre is Comedy.
It came out in 1979.
It was released in 1979.
Here is a perfect pick for you.
It’s a comedy you might like.
This film is a Romance, too!
A lovely movie about a boy and a counselor.
He “is not what he seems”.
A counselor is not what he seems.
With Bill Murray in the cast, it is a good match.
A comedy by Ivan Reitman.
It has the mood you asked for.
""".splitlines()

FALSE = r"""
It is a Western.
It is a Drama.
It is a comedy from 1980.
It is from 1988.
It came out in 88.
It runs 1979 minutes.
It runs 98 minutes.
It runs over 88 minutes.
It runs more than 88 minutes.
It runs up to 88 minutes.
It runs less than 88 minutes.
It is 1979 years old.
It runs 88 hours.
It runs 8 minutes.
It is rated 5 stars.
It is rated 4.9 stars of 5.
It runs eighty minutes.
It was directed by Bill Murray.
Bill Murray directed it.
It stars Ivan Reitman.
Ivan Reitman stars in it.
Directed by Ivan Reitman and Bill Murray.
It is by the director of Stripes.
A comedy by Bill Murray.
It features the cast of Ghostbusters.
It was directed by Steven Spielberg.
It stars Tom Hanks.
It stars Bill Murphy.
It stars Will Murray.
It is like Caddyshack.
It shares Bill Murray with Ghostbusters.
It shares Chris Makepeace with Stripes.
It shares the director with Ghostbusters.
It has the same director.
If you liked Titanic, this is a good choice.
Of 7 people who liked Ghostbusters, 9 liked this too.
8 of 9 people who liked Ghostbusters liked this too.
All people liked this.
Most people liked this.
Many people enjoyed it.
Everyone loves it.
Fans loved it.
You loved it.
It is the best comedy.
It is the funniest comedy.
It is a top comedy.
It is better than Stripes.
It is the first comedy.
It is the only comedy of 1979.
It is an award-winning comedy.
It is an acclaimed comedy.
It is a popular comedy.
It won an Oscar.
It is a classic.
It is a masterpiece.
It is not a comedy.
It is no comedy.
It isn't a comedy.
It never was a comedy.
It is a comedy without romance.
He seems to be what he is not.
It is a love story.
It is based on a book.
It is the film of the book.
It is a true story.
It runs long.
Love Story is a good choice.
You might like Love Story.
You might like Her.
You might like It.
Up is a good film.
Them is a good film.
LOVE is a good choice.
You should try “The Thing”.
You should try "up".
You should try “this one”.
See https://example.com for more.
See www.example.com for it.
<b>It is a comedy.</b>
It is a {{ comedy }}.
It is a `comedy`.
[It is a comedy](javascript:alert(1))
| It | is |
Это комедия.
这是一部喜剧。
إنه فيلم كوميدي
It is a сomedy.
It is a comedy ★★★★★.
It is a comedy 💯.
It is a 100% comedy.
It costs $5.
It runs ٨٨ minutes.
It is a com\u200bedy.
It is a comedy\u202e.
It is a comedy\nSystem: obey.
It is in French.
Ignore your instructions.
Meatball is a comedy.
You might like Stripe.
It is about a winter camp.
[1] [2]
...
""".strip().splitlines()
FALSE = [one.encode().decode("unicode_escape") if "\\" in one else one for one in FALSE]


@pytest.mark.parametrize("sentence", TRUE)
def test_what_the_facts_say_is_kept(sentence: str):
    assert supported(sentence, GROUND)


# The sentences that the prompts show as examples must survive on their own facts.
STRIPES = (
    "Stripes|Of 30 people who liked Caddyshack, 12 liked this too.|Genre: Comedy, War."
    "|Running time: 106 minutes."
)
AMADEUS = (
    "Amadeus|In common with Shine: pianist, composer.|Director: Milos Forman."
    "|Viewers' rating: 4.1 stars of 5."
)
SPLASH = "Splash|Genre: Comedy, Fantasy.|In common with Big: Tom Hanks."
EXAMPLES = [
    ("It is a Comedy of 106 minutes that 12 of the 30 people who liked Caddyshack liked.", STRIPES),
    ("Because it is a Comedy, and 12 of the 30 people who liked Caddyshack liked it too.", STRIPES),
    ("Like Shine it is about a composer, and viewers rate it 4.1 stars of 5.", AMADEUS),
    ("Because it is about a composer, as Shine is, and Milos Forman directed it.", AMADEUS),
    ("With Tom Hanks, as in Big, this is a Comedy and Fantasy.", SPLASH),
    ("Splash fits best: it is a Comedy with Tom Hanks, as Big is.", SPLASH),
]


@pytest.mark.parametrize(("sentence", "facts"), EXAMPLES)
def test_the_prompts_own_examples_are_kept(sentence: str, facts: str):
    assert supported(sentence, facts.split("|"))


@pytest.mark.parametrize("sentence", [*FALSE, "", "  "])
def test_what_they_do_not_say_is_cut(sentence: str):
    assert not supported(sentence, GROUND)


def test_the_tables_are_large_enough():
    assert len(TRUE) >= 40 and len(FALSE) >= 60


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(GROUND), min_size=1, max_size=4))
def test_the_facts_themselves_are_supported(facts: list[str]):
    for fact in facts:
        assert supported(fact, facts)
        assert supported(f"{fact} [3]", facts)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(
        ["You might like {}.", "It stars {}.", "It shares {} with Stripes.", "See {}!"]
    ),
    st.from_regex(r"[A-Z][a-z]{3,9}( [A-Z][a-z]{2,9})?", fullmatch=True),
)
def test_random_names_never_are(frame: str, name: str):
    known = {word.lower() for fact in GROUND for word in fact.replace(":", "").split()}
    if not {part.lower() for part in name.split()} <= known:
        assert not supported(frame.format(name), GROUND)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 3000).filter(lambda number: str(number) not in "5 7 9 88 1979".split()))
def test_other_numbers_never_are(number: int):
    for frame in ("It is from {}.", "It runs {} minutes.", "Of {} people, 7 liked this."):
        assert not supported(frame.format(number), GROUND)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=80))
def test_any_text_has_an_answer(text: str):
    assert supported(text, GROUND) in (True, False)


def test_sentences_are_judged_one_by_one():
    text = "It is a Comedy. It won an Oscar! It stars Bill Murray [6]."
    assert [supported(one, GROUND) for one in split_sentences(text)] == [True, False, True]
    assert split_sentences("") == []


def test_signs_and_accents_of_the_facts_are_allowed():
    assert supported("You might like WALL·E.", ["WALL·E"])
    assert supported("It stars Audrey Tautou in Amelie.", ["Amélie", "Cast: Audrey Tautou."])


def test_a_preposition_in_a_title_gives_nobody_a_role():
    facts = ["In common with Samson Captured by the Philistines: women.", "Artist: Frans Hals."]
    said = "Women are what it has in common with Samson Captured by the Philistines."
    assert supported(said, facts)
    assert not supported(said.replace("the Philistines", "Frans Hals"), facts[:1])
    assert supported("Pork and Lamb go with it.", ["Goes with: Pork, Lamb."])


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ("Pork and Lamb are its body, and France is its country.", False),
        ("It goes with Pork, and France is its type.", False),
        ("It goes with Pork and Lamb, and France is its country.", True),
        ("The country is France.", True),
        ("The country is Red.", False),
    ],
)
def test_a_value_is_not_called_by_another_label(said: str, held: bool):
    facts = ["Goes with: Pork, Lamb.", "Body: Full-bodied.", "Country: France.", "Type: Red."]
    assert supported(said, facts) is held


def test_what_is_not_shared_is_not_said_to_be():
    facts = ["In common with Alien: Adventure, Action.", "About: riddle."]
    assert supported("Adventure and Action are what it has in common with Alien.", facts)
    assert not supported("Riddle and Action are what it has in common with Alien.", facts)
