"""One file per source format; `dispatch` is the way in for people's own data."""
