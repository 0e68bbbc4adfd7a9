"""Answers that need no facts: greeting, help, out of scope, danger, privacy, start over."""

from ...catalog.records import Manifest
from .words import plural


def chat(manifest: Manifest) -> str:
    """To a greeting or thanks."""
    return f"Tell me what {manifest.item_noun} you are in the mood for."


def help_text(manifest: Manifest) -> str:
    """What can be said here."""
    noun, many = manifest.item_noun, plural(manifest.item_noun, 2)
    numeric = [spec.label.lower() for spec in manifest.attributes if spec.kind == "numeric"][:3]
    listed = [
        spec.label.lower() for spec in manifest.attributes if spec.kind in ("categorical", "multi")
    ][:4]
    return (
        f"I recommend {many} from this catalogue ({manifest.items:,} of them). Tell me what you"
        f" want or do not want: {', '.join([*listed, *numeric])}, or a {noun} that you liked. Then"
        " narrow it down, ask “why the second one?”, “compare the first two”, say “I've seen that”"
        " or “more like the third”, or “start over”."
    )


def out_of_scope(manifest: Manifest) -> str:
    """To what no item of the catalogue is about."""
    return (
        f"I can only help with the {plural(manifest.item_noun, 2)} of this catalogue. Tell me what"
        f" {manifest.item_noun} you are in the mood for."
    )


def crisis() -> str:
    """To somebody who may be about to hurt themselves."""
    return (
        "I am sorry that things are so hard right now. I cannot help with this, but there are"
        " people who can, and you do not have to be alone with it. Please talk to somebody now: a"
        " person you trust, or a helpline near you, which https://findahelpline.com lists, free"
        " and in confidence. In danger, call the emergency services: 112, 911 or 999, or the"
        " number of your country."
    )


def private(manifest: Manifest) -> str:
    """To questions for what others did here, and for what is sensitive about somebody."""
    return (
        "I cannot say what other people did here, and I do not guess private things about anybody."
        f" Tell me what {manifest.item_noun} you are in the mood for."
    )


def reset() -> str:
    """To `start over`."""
    return "Done: all wishes and limits are cleared. What are you in the mood for?"


def failed() -> str:
    """Where a tool did not give what an answer needs."""
    return "I could not look that up just now; please ask me again."
