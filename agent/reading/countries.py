"""Countries and their adjectives: catalogues record one, people say the other."""

ADJECTIVES = {
    "Argentina": "Argentinian",
    "Australia": "Australian",
    "Austria": "Austrian",
    "Belgium": "Belgian",
    "Brazil": "Brazilian",
    "Canada": "Canadian",
    "Chile": "Chilean",
    "China": "Chinese",
    "Denmark": "Danish",
    "Egypt": "Egyptian",
    "England": "English",
    "Finland": "Finnish",
    "France": "French",
    "Germany": "German",
    "Greece": "Greek",
    "Holland": "Dutch",
    "Hungary": "Hungarian",
    "India": "Indian",
    "Ireland": "Irish",
    "Israel": "Israeli",
    "Italy": "Italian",
    "Japan": "Japanese",
    "Korea": "Korean",
    "Mexico": "Mexican",
    "Netherlands": "Dutch",
    "New Zealand": "New Zealand",
    "Norway": "Norwegian",
    "Poland": "Polish",
    "Portugal": "Portuguese",
    "Romania": "Romanian",
    "Russia": "Russian",
    "South Africa": "South African",
    "Spain": "Spanish",
    "Sweden": "Swedish",
    "Switzerland": "Swiss",
    "Thailand": "Thai",
    "Turkey": "Turkish",
    "Ukraine": "Ukrainian",
    "United Kingdom": "British",
    "United States": "American",
    "Uruguay": "Uruguayan",
}

LANGUAGES = frozenset(
    "arabic cantonese chinese czech danish dutch english finnish french german greek hebrew hindi"
    " hungarian italian japanese korean mandarin norwegian persian polish portuguese romanian"
    " russian spanish swedish thai turkish".split()
)
"""Languages as people ask for them, also where a catalogue records none."""
