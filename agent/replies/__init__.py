"""The answer in words, one file for each kind of answer.

Each function gives the text piece by piece, so that it can be streamed; what a model wrote is in it
only where its facts support it.
"""
