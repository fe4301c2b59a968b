"""Both models put together: exported, blended, measured, described."""
