"""What Parvis is made of and may not hold: `make audit`. Nothing of it is installed with the application."""
