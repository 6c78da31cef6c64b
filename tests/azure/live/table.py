"""The table of claims: what docs/azure.md and its design say of the service, what was seen, and whether that differs."""


class Table:
    def __init__(self):
        self.rows = []

    def add(self, claim, seen, differs):
        """`differs`: True, False, or None where nothing is claimed, or could be tried; then `seen` says why."""
        self.rows.append((claim, str(seen), differs))

    def untried(self, claim, why):
        self.add(claim, f"not tried: {why}", None)

    def each(self, claim, cases, what):
        """A claim about all of several things: `cases` are (name, does it hold)."""
        if not cases:
            self.untried(claim, f"there is no {what}")
            return
        wrong = [name for name, holds in cases if not holds]
        self.add(claim, f"{len(cases) - len(wrong)} of {len(cases)} {what}" +
                 (f"; not: {', '.join(map(str, wrong[:5]))}" if wrong else ""), bool(wrong))

    def differs(self):
        return any(differs for _, _, differs in self.rows)

    def text(self):
        words = {True: "DIFFERS", False: "no", None: "-"}
        lines = ["| claim | seen | differs? |", "| --- | --- | --- |"]
        lines += [f"| {_cell(claim)} | {_cell(seen)} | {words[differs]} |" for claim, seen, differs in self.rows]
        return "\n".join(lines) + "\n"


def _cell(text):
    """What the service sent may hold control characters."""
    shown = "".join(each if each.isprintable() else "?" for each in text.replace("\n", " "))
    return shown.replace("|", "\\|")
