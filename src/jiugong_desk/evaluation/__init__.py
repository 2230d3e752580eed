"""Progress, the ten-day bulletin, the ten-day evaluation and the final report; figures frozen when signed."""
