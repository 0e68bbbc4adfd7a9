"""What those who run the server see: log lines, figures, traces."""
