"""Who may call, how much, and what a request must hold."""
