"""How late or early the take is."""
