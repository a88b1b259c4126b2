"""A fictional town whose inbox is filled by sending real deliveries through the real doors."""
