"""The error vocabulary: everything that the tool says no to is one of these.

Each message is one sentence that a user can act on. The command line prints it and exits with
`exit_code`; the API (`agent/web/problems.py`) maps it to a status. Anything else that escapes is a
bug.
"""


class TastemakerError(Exception):
    """Base of every error that a user can mend."""

    exit_code = 1


class BadInputError(TastemakerError):
    """The input, an option or a file is wrong; the message says what and where."""

    exit_code = 2


class NotFoundError(BadInputError):
    """What was named is not there, or is not this caller's to see."""


class MissingError(TastemakerError):
    """Something that is needed is not here; the message says how to get it."""

    exit_code = 3


class BusyError(TastemakerError):
    """Another process holds what this one needs; trying again later works."""

    exit_code = 1


class OverloadedError(BusyError):
    """This process has as much to do as it may; another one, or a moment later, works."""


class DeniedError(TastemakerError):
    """No API key came with the request, or one that does not count."""


class LimitError(TastemakerError):
    """A key's budget is spent for now; the message says when there is more."""

    def __init__(self, message: str, seconds: float = 5.0) -> None:
        """
        Args:
            seconds: after which it is worth another try.
        """
        super().__init__(message)
        self.seconds = seconds


class StorageError(TastemakerError):
    """The database or the disk cannot be written or read now; what was confirmed is safe."""

    exit_code = 3


class LLMError(TastemakerError):
    """The LLM is away, too slow, or its answer cannot be used."""

    exit_code = 3
