"""Pictures: painted by a diffusion model, composed with text and product, checked, signed."""
