"""The doors: each turns its kind of traffic into a call to the dispatcher, and the reply back."""
