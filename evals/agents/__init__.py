"""Any agent behind one face."""
