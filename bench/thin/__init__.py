"""What Parvis is measured against: the least that keeps the same promise to the sender."""
