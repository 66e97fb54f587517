"""What follows the moves of an application."""

from procurement.services.effects.effect import Effect

EFFECTS: dict[str, Effect] = {}
