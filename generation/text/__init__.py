"""Text that rests on facts: numbered evidence, writing, checking, ranking, and personal copy."""
