"""The film of a dance: a mannequin on a floor, drawn without a graphics card."""
