"""What every Eightcount service shares: motion values, wire codec, errors, storage, media and RPC."""
