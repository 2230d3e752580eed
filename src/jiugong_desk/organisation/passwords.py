"""Made passwords: twenty characters that can be read over the telephone, 99 bits."""

from __future__ import annotations

import secrets

from ..core.refs import ALPHABET


def new_password() -> str:
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(4))
