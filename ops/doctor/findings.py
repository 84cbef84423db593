"""What the doctor says about one thing it has looked at."""

import msgspec

from core.errors import Grade, Problem, ShifenError
from core.language import Language, Text

SIGNS: dict[str, str] = {"error": "✗", "warning": "!", "note": "·"}


class Finding(msgspec.Struct, frozen=True):
    """One thing looked at; no problem means it is well."""

    about: Text
    problem: Problem | None = None

    @property
    def bad(self) -> bool:
        """Tell whether it keeps Shifen from working."""
        return self.problem is not None and self.problem.grade == "error"

    def read(self, language: Language) -> str:
        """Return the finding as one line with a sign in front."""
        if self.problem is None:
            return f"✓ {self.about.read(language)}"
        return f"{SIGNS[self.problem.grade]} {self.about.read(language)}: {self.problem.read(language)}"


def well(zh: str, en: str) -> Finding:
    """Return a finding without a problem."""
    return Finding(Text(zh=zh, en=en))


def ill(about: Text, sentence: Text, mend: Text | None = None, grade: Grade = "error") -> Finding:
    """Return a finding with its problem and what mends it."""
    return Finding(about, Problem(code="doctor", sentence=sentence, hint=mend, grade=grade))


def refused(about: Text, refusal: ShifenError) -> Finding:
    """Return a refusal as a finding."""
    return Finding(about, refusal.problem)
