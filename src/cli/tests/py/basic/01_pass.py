"""An empty program: starting and ending."""
pass
