"""The database itself refuses to change or delete entries of a log."""

from __future__ import annotations

Statements = dict[str, list[str]]


def append_only(table: str, refusal: str) -> tuple[Statements, Statements]:
    """Statements by kind of database that protect a table, and those that lift it.

    Args:
        table: its name in the database.
        refusal: what whoever tries reads; a text of ours without a quotation mark.
    """
    protect = {
        "sqlite": [
            f"""CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table}
        BEGIN SELECT RAISE(ABORT, '{refusal}'); END"""
            for act in ("UPDATE", "DELETE")
        ],
        "postgresql": [
            f"""CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{refusal}'; END $$""",
            f"""CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()""",
        ],
    }
    lift = {
        "sqlite": [f"DROP TRIGGER IF EXISTS {table}_no_{act}" for act in ("update", "delete")],
        "postgresql": [
            f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}",
            f"DROP FUNCTION IF EXISTS {table}_refuse()",
        ],
    }
    return protect, lift


TABLE = "accounts_logentry"
PROTECT, UNPROTECT = append_only(TABLE, "The audit log is append-only.")
