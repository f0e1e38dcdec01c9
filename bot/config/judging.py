"""The frozen dataclass of a section, of the house or of a feature, as pydantic judges it, and back."""

import dataclasses
import functools
from decimal import Decimal
from typing import Annotated, Any, Literal, cast, get_origin, get_type_hints

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from typing_extensions import override

from bot.config.sections import SECTIONS
from models.rules.features import FEATURE_SETTINGS
from models.rules.settings import HASHTAG, LOCAL, About, Kind, Unit, about

HUNDREDTHS = 100


class Section(BaseModel):
    """A table of the file. Strict: true is no number, and "5" is none either."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


class Sections(BaseSettings):
    """What holds for all sections together."""

    model_config = SettingsConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        hide_input_in_errors=True,
        env_prefix="KITH_",
        env_nested_delimiter="__",
    )

    @classmethod
    @override
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load` hands over: it reads the sources one by one, since each problem must name its own."""
        return (init_settings,)


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
    hints: dict[str, Any] = get_type_hints(settings, include_extras=True)
    fields = {field.name: _field(field, hints[field.name]) for field in dataclasses.fields(settings) if _is_key(field)}
    own_words = settings.__doc__ if not (settings.__doc__ or "").startswith(f"{settings.__name__}(") else None
    return cast("type[Section]", create_model(name, __base__=Section, __doc__=own_words, **cast("Any", fields)))


def _is_key(field: "dataclasses.Field[Any]") -> bool:
    """Whether a field has a key: not what means something in one group alone."""
    return "about" not in field.metadata or about(field).kind not in LOCAL


def _field(field: "dataclasses.Field[Any]", kind: Any) -> tuple[Any, Any]:
    """The kind and the default of a section's field."""
    if dataclasses.is_dataclass(kind):
        inner = section_for(field.name, cast("type", kind))
        return inner, inner()
    told, default = about(field), cast("Any", field.default)
    kept = Field(description=told.sentence, json_schema_extra={"unit": told.unit.value} if told.unit else None)
    if told.unit is Unit.POINTS:
        return Annotated[_points(told), kept], Decimal(default) / HUNDREDTHS
    if told.kind is Kind.CHOICE:
        kind = Literal[told.among]
    elif told.kind in (Kind.CHOICES, Kind.HASHTAGS):
        each: Any = Literal[told.among] if told.among else Annotated[str, Field(pattern=HASHTAG)]
        kind = Annotated[tuple[each, ...], Field(min_length=told.least, max_length=told.most, strict=False)]
    elif kind is str and told.most is not None:
        kind = Annotated[kind, Field(max_length=told.most)]
    elif told.least is not None:
        kind = Annotated[kind, Field(ge=told.least, le=told.most)]
    elif get_origin(kind) is tuple:
        # Neither TOML nor JSON has tuples; what is in the list must be of its kind all the same.
        kind = Annotated[kind, Field(strict=False)]
    return Annotated[kind, kept], default


def settings_from(section: BaseModel, settings: type) -> Any:
    """The dataclass with what `section` holds, points in hundredths again."""
    values: dict[str, Any] = {}
    for field in filter(_is_key, dataclasses.fields(settings)):
        value = getattr(section, field.name)
        if isinstance(value, BaseModel):
            value = settings_from(value, get_type_hints(settings)[field.name])
        elif about(field).unit is Unit.POINTS:
            value = int(value * HUNDREDTHS)
        values[field.name] = value
    return settings(**values)


@functools.cache
def all_sections() -> type[Sections]:
    """The whole configuration: the house's sections and one for each feature of the registry."""
    taken = FEATURE_SETTINGS.keys() & SECTIONS.keys()
    if taken:
        raise ValueError(f"a feature may not bear the name of a section of the house: {', '.join(sorted(taken))}")
    made = {name: section_for(name, settings) for name, settings in {**SECTIONS, **FEATURE_SETTINGS}.items()}
    fields: dict[str, Any] = {name: (section, section()) for name, section in made.items()}
    return create_model("AllSections", __base__=Sections, **fields)
