"""Settings: defaults, then the TOML file, then QUIZAPP_* variables; read once, frozen."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Annotated

import platformdirs
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from quizapp.errors import ConfigError
from quizapp.lab.settings import LabSettings
from quizapp.study.settings import StudySettings

PACKAGE = Path(__file__).parent
ENVIRONMENT_PREFIX = "QUIZAPP_"


def config_file() -> Path:
    """Where the learner's settings are kept: `config.toml` in the platform's configuration folder."""
    return Path(os.environ.get("QUIZAPP_CONFIG") or platformdirs.user_config_path("quizapp") / "config.toml")


def shipped_decks() -> Path:
    """The folder of the project's own decks: inside an installed package, beside it in a checkout."""
    inside = PACKAGE / "decks"
    return inside if inside.is_dir() else PACKAGE.parent / "decks"


class Settings(BaseSettings):
    """Everything the learner may set."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix=ENVIRONMENT_PREFIX, env_nested_delimiter="__"
    )

    data_dir: Path = Field(default_factory=lambda: platformdirs.user_data_path("quizapp"))
    """Where the review log, its backups, trust and your own decks live."""
    decks: Annotated[tuple[Path, ...], NoDecode] = ()
    """More folders with decks, besides the shipped ones and `decks` in the data folder."""
    notes: Path | None = None
    """The folder with your study notes."""
    study: StudySettings = Field(default_factory=StudySettings)
    """Scheduling and daily limits."""
    lab: LabSettings = Field(default_factory=LabSettings)
    """How snippets are run."""
    keys: dict[str, str] = Field(default_factory=dict)
    """Binding id to key, for your own keymap."""

    @field_validator("decks", mode="before")
    @classmethod
    def _split_paths(cls, value: object) -> object:
        return tuple(part for part in value.split(os.pathsep) if part) if isinstance(value, str) else value

    @field_validator("data_dir", "notes", "decks")
    @classmethod
    def _expand_home(cls, value: object) -> object:
        if isinstance(value, tuple):
            return tuple(path.expanduser() for path in value)
        return value.expanduser() if isinstance(value, Path) else value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, then the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=config_file())

    @property
    def cache_dir(self) -> Path:
        """Where parsed decks are kept; safe to delete at any time."""
        return platformdirs.user_cache_path("quizapp")

    @property
    def deck_folders(self) -> tuple[Path, ...]:
        """Every folder decks are read from, the shipped ones first."""
        return (shipped_decks(), self.data_dir / "decks", *self.decks)


def load_settings() -> Settings:
    """Read the settings.

    Raises:
        ConfigError: the file is not TOML, or a value is not what its setting takes.
    """
    try:
        return Settings()
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{config_file()} is not TOML: {error}. Correct it or remove it.") from error
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, e['loc'])) or 'settings'}: {e['msg']}." for e in error.errors()]
        raise ConfigError(
            f"Some settings are wrong, in {config_file()} or in {ENVIRONMENT_PREFIX}* variables:\n" + "\n".join(lines)
        ) from error
