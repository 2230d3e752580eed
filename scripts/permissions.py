"""Writes docs/reference/permissions.md from the built-in policy: who may do what, and how far each post sees.

scripts/permissions.py            write the page
scripts/permissions.py --check    exit 1 where it is out of step
"""

from __future__ import annotations

import sys
from pathlib import Path

from jiugong.policy import load_policy

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "permissions.md"
HEAD = """# Permissions

Made from `src/jiugong/policy/default.toml` by `scripts/permissions.py`; a bank changes them in its own policy file.
Scope: `own` the customers whom a person manages, `unit` everything at and below the person's unit, `all`, `none`.
Whatever is outside somebody's scope does not exist for them (404); what their post does not cover is refused (403).
What changes a campaign, its notice or its reports takes a post at or above its unit. Whoever holds `call.work` has none of
`campaign.see_holdout`, `campaign.draft` and `audience.view`, whatever other post he holds.

| Post | Key | Scope | Permissions |
|---|---|---|---|
"""


def page() -> str:
    rows = (
        f"| {role.name} | `{key}` | {role.scope} | {' '.join(f'`{name}`' for name in sorted(role.permissions))} |"
        for key, role in load_policy().roles.items()
    )
    return HEAD + "\n".join(rows) + "\n"


def main() -> int:
    if "--check" in sys.argv:
        return 0 if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == page() else 1
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
