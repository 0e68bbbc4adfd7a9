"""What an evaluation found: cases, figures with intervals, comparisons, a gate, a page."""
