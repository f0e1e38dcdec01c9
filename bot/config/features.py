"""A feature's frozen settings dataclass as a section of the configuration, and back."""

import dataclasses
import functools
from decimal import Decimal
from typing import Annotated, Any, cast, get_type_hints

from pydantic import BeforeValidator, Field, create_model

from bot.config.sections import Section, Sections
from models.rules.features import FEATURE_SETTINGS
from models.rules.settings import About, Unit, about

HUNDREDTHS = 100


def _written(value: object) -> object:
    """A number of the file as the exact decimal that was written; anything else is left for the check to refuse."""
    if isinstance(value, float) or (isinstance(value, int) and not isinstance(value, bool)):
        return Decimal(str(value))
    return value


def _points(told: About) -> Any:
    least = None if told.least is None else Decimal(told.least) / HUNDREDTHS
    most = None if told.most is None else Decimal(told.most) / HUNDREDTHS
    return Annotated[Decimal, BeforeValidator(_written), Field(ge=least, le=most, decimal_places=2)]


def section_for(name: str, settings: type) -> type[Section]:
    """The section in which people write the fields of `settings`: points with decimals, all else as it is."""
    hints: dict[str, Any] = get_type_hints(settings)
    fields: dict[str, Any] = {}
    for field in dataclasses.fields(settings):
        told = about(field)
        kept = Field(description=told.sentence, json_schema_extra={"unit": told.unit.value} if told.unit else None)
        kind: Any = hints[field.name]
        default: Any = field.default
        if told.unit is Unit.POINTS:
            kind, default = _points(told), Decimal(default) / HUNDREDTHS
        elif told.least is not None:
            kind = Annotated[kind, Field(ge=told.least, le=told.most)]
        elif told.longest is not None:
            kind = Annotated[kind, Field(max_length=told.longest)]
        fields[field.name] = (Annotated[kind, kept], default)
    own_words = settings.__doc__ if not (settings.__doc__ or "").startswith(f"{settings.__name__}(") else None
    return cast("type[Section]", create_model(name, __base__=Section, __doc__=own_words, **fields))


def settings_from(section: Section, settings: type) -> object:
    """The dataclass with what `section` holds, points in hundredths again."""
    values = section.model_dump()
    for field in dataclasses.fields(settings):
        if about(field).unit is Unit.POINTS:
            values[field.name] = int(values[field.name] * HUNDREDTHS)
    return settings(**values)


@functools.cache
def all_sections() -> type[Sections]:
    """The whole configuration: the fixed sections and one for each feature of the registry."""
    taken = FEATURE_SETTINGS.keys() & Sections.model_fields.keys()
    if taken:
        raise ValueError(f"a feature may not bear the name of a section of the house: {', '.join(sorted(taken))}")
    made = {name: section_for(name, settings) for name, settings in FEATURE_SETTINGS.items()}
    fields: dict[str, Any] = {name: (section, section()) for name, section in made.items()}
    return create_model("AllSections", __base__=Sections, **fields)
