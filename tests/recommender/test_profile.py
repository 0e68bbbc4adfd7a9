from tastemaker.recommender.profile import Profile, profile_of


def test_a_guest_and_a_stranger_have_no_profile(films):
    assert profile_of(films, None) == Profile() == profile_of(films, "nobody")


def test_liked_known_and_favourites(small):
    events = [("p", "A", 4.0), ("p", "B", 1.0), ("p", "C", 5.0), ("p", "D", 4.0)]
    profile = profile_of(small("ABCD", events), "p")
    assert profile.known == ["A", "B", "C", "D"]
    assert profile.liked == ["A", "C", "D"]
    assert profile.favourites == ["C", "D", "A"]


def test_without_ratings_everything_is_liked_newest_first(small):
    profile = profile_of(small("ABC", [("p", one, None) for one in "BAC"]), "p")
    assert profile.liked == ["B", "A", "C"] and profile.favourites == ["C", "A", "B"]


def test_a_rating_of_zero_is_no_like(small):
    profile = profile_of(small("AB", [("p", "A", 0.0), ("p", "B", 10.0)]), "p")
    assert profile.liked == profile.favourites == ["B"]


def test_equal_ratings_are_all_liked_whatever_the_rounding(small):
    assert profile_of(small("ABC", [("p", one, 0.1) for one in "ABC"]), "p").liked == [*"ABC"]


def test_negative_scales(small):
    profile = profile_of(small("AB", [("p", "A", -1.0), ("p", "B", 1.0)]), "p")
    assert profile.liked == ["B"]


def test_meeting_an_item_twice_names_it_once(small):
    events = [("p", "A", 5.0), ("p", "B", 4.0), ("p", "A", 5.0)]
    profile = profile_of(small("AB", events), "p")
    assert profile.known == ["A", "B"] and profile.favourites == ["A"]
