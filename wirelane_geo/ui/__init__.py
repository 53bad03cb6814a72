"""What a visitor sees: the map component, its layers and colours, and the parts of the pages."""
