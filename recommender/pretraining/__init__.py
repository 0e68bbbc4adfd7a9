"""Pretraining objectives of the survey (arXiv 2404.00621, section 3): one file each.

Each is a function `loss(model, batch) -> Tensor`; `objectives.OBJECTIVES` names them.
"""
