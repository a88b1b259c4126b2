"""The satisfaction question: asked once after a request is closed by an answer, answered in words by its person."""
