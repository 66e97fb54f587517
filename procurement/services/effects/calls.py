"""What follows the moves of a call."""

from procurement.services.effects.effect import Effect

EFFECTS: dict[str, Effect] = {}
