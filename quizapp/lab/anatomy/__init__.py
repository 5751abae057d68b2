"""What the files of a model say of it, read without torch: JSON, the headers of its weights, its card."""
