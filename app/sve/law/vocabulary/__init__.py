"""The words in which a case is written for `parvis sve simulate`, turned into the engine's values."""
