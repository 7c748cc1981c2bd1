"""Pure functions and tables: what AWS allows, without knowing who asks or where things are kept."""
