"""What follows decisions and awards: letters, summaries, and what is published."""

from procurement.services.effects.effect import Effect

EFFECTS: dict[str, Effect] = {}
