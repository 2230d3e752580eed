"""Triggers that let a table's rows be added and nothing else, on both databases."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class InsertOnly:
    """`prefix` begins the triggers' names, `function` is PostgreSQL's; `said` is what a refused statement is told."""

    table: str
    prefix: str
    function: str
    said: str

    def create_statements(self, vendor: str) -> list[str]:
        """For a migration, in their order."""
        if vendor == "sqlite":
            return [
                f"CREATE TRIGGER {self.prefix}_no_{verb.lower()} BEFORE {verb} ON {self.table} "
                f"BEGIN SELECT RAISE(ABORT, '{self.said}'); END"
                for verb in ("UPDATE", "DELETE")
            ]
        return [
            f"CREATE OR REPLACE FUNCTION {self.function}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{self.said}'; END $$",
            f"CREATE TRIGGER {self.prefix}_insert_only BEFORE UPDATE OR DELETE ON {self.table} "
            f"FOR EACH ROW EXECUTE FUNCTION {self.function}()",
            f"CREATE TRIGGER {self.prefix}_no_truncate BEFORE TRUNCATE ON {self.table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {self.function}()",
        ]

    def drop_statements(self, vendor: str) -> list[str]:
        """Takes them away again; for a test that must empty the table, too."""
        if vendor == "sqlite":
            return [f"DROP TRIGGER IF EXISTS {self.prefix}_no_{verb}" for verb in ("update", "delete")]
        names = (f"{self.prefix}_insert_only", f"{self.prefix}_no_truncate")
        return [f"DROP TRIGGER IF EXISTS {name} ON {self.table}" for name in names]
