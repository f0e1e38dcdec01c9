"""How long Kith's short answers stay in a group."""

from dataclasses import dataclass

from models.rules.settings import Unit, number, switch


@dataclass(frozen=True)
class AnswersSettings:
    """Kith's own short answers in the group."""

    vanish_after_seconds: int = number(
        90, "After this long an answer in the group is deleted; 0 lets it stay.", unit=Unit.SECONDS, least=0, most=3600
    )
    tidy_commands: bool = switch(True, "Delete the command together with its answer, where Kith may.")
