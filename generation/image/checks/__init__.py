"""Checks of finished pictures: each measures one thing in the pixels and returns a `Check`.

None of them uses what painted or composed the picture, so that nothing judges itself.
"""
