"""The commands; a module loads only click, and the rest when its command runs."""
