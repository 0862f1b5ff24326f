"""What goes wrong, as exceptions: each has a code to decide by, a message and a hint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class TolseyError(Exception):
    """The base of all errors of this package."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(code, message, hint)
        self.code = code
        """Stable; decide by it."""
        self.message = message
        self.hint = hint
        """What to try next; may be empty."""

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class Problem(TolseyError):
    """A node refused: RFC 9457, with the numbers that the rule compared."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        hint: str = "",
        *,
        numbers: Mapping[str, int] | None = None,
        candidates: Sequence[str] = (),
        retry_after: float | None = None,
    ) -> None:
        super().__init__(code, message, hint)
        self.status = status
        self.numbers = dict(numbers or {})
        self.candidates = list(candidates)
        """Whole ids that a short one may mean."""
        self.retry_after = retry_after
        """Seconds after which to ask again, where the node says so."""


class Unreachable(TolseyError):
    """No answer came: there is no node at the address, or the way to it broke.

    Whether a message that was sent arrived is then unknown: ask by its id, or send it again, which
    gets the same answer.
    """


class CommandFailed(TolseyError):
    """The bundled program ended with another code than 0."""

    def __init__(self, exit_code: int, code: str, message: str, hint: str = "") -> None:
        super().__init__(code, message, hint)
        self.exit_code = exit_code


class Unverified(CommandFailed):
    """A receipt or a proof does not verify, or is not of whom was expected."""
