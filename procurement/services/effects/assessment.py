"""What follows the opening and the assessment: the opening record, letters of ineligibility, word to officers."""

from procurement.services.effects.effect import Effect

EFFECTS: dict[str, Effect] = {}
