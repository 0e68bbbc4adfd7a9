"""Other recommender libraries, run on our data and protocol in environments of their own."""
