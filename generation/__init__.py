"""Text with citations. Images, layouts and campaigns come to live here too."""
