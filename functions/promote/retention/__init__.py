"""How long what promote makes and keeps stays."""
