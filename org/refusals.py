"""Why a door stays shut, as errors with their answer's status."""

from core.errors import NotFound, ShifenError, problem


class NotSignedIn(ShifenError):
    """Nobody is known behind this request, or no longer."""

    status = 401


class TooMany(ShifenError):
    """Too many tries; `seconds` says when the next one is heard."""

    status = 429

    def __init__(self, seconds: int) -> None:
        minutes = -(-seconds // 60)
        super().__init__(
            problem(
                "too_many_tries",
                f"尝试次数过多，请在 {minutes} 分钟后再试。",
                f"Too many tries; wait {minutes} minutes before the next one.",
            )
        )
        self.seconds = seconds


class TooFast(ShifenError):
    """Something costly asked for too often in a short time; `seconds` says when the next one is heard."""

    status = 429

    def __init__(self, seconds: int) -> None:
        super().__init__(
            problem(
                "too_fast",
                f"试算得太快了，请在 {seconds} 秒后再试。",
                f"That was asked too often; wait {seconds} seconds before the next one.",
            )
        )
        self.seconds = seconds


def wrong_password() -> NotSignedIn:
    """Return one and the same refusal for a wrong name and a wrong password."""
    return NotSignedIn(problem("wrong_password", "用户名或密码不正确。", "The user name or the password is wrong."))


def no_such(kind_zh: str, kind_en: str) -> NotFound:
    """Return the refusal for something that is not there, or not for this reader."""
    return NotFound(problem("not_found", f"找不到该{kind_zh}。", f"There is no such {kind_en}."))
