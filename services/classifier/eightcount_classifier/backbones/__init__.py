"""Networks that were trained on pictures of everything, and say what is in one."""
