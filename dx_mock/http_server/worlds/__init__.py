"""The worlds of one server: which of them a request is for, where they live, and how they come and go."""
