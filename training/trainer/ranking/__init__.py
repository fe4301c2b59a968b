"""The ranking model: which score somebody would give."""
