"""Pictures inside a request: decoded here; addresses are left to the picture store."""

import base64
import binascii

from ....errors import BadInputError

_ADDRESSES = ("http://", "https://")


def picture_of(url: str) -> bytes | str:
    """What `PictureStore.take` takes: the bytes of a data URL, or an address, which it may refuse.

    Raises:
        BadInputError: it is neither, or not valid base64.
    """
    if url.lower().startswith(_ADDRESSES):
        return url
    head, comma, data = url.partition(",")
    if not (comma and head.lower().startswith("data:image/") and head.lower().endswith(";base64")):
        raise BadInputError(
            "A picture is given as data:image/png;base64,… or as an https address at a host that"
            " this server allows."
        )
    return decoded(data)


def decoded(picture: str) -> bytes:
    """A picture in base64.

    Raises:
        BadInputError: it is not valid.
    """
    try:
        return base64.b64decode(picture, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadInputError("The picture is not valid base64; send it again, whole.") from error
