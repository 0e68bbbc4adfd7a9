"""Adaptation of a pretrained model to the next-item task (survey, arXiv 2404.00621, section 4).

One technique a file, each a function `adapt(model)` that leaves a gradient on what it trains;
`techniques.TECHNIQUES` names them.
"""
