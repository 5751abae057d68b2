"""Settings: defaults, then the TOML file, then QUIZAPP_* variables; read once, frozen."""

from __future__ import annotations

import difflib
import os
import re
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
    SettingsError,
    TomlConfigSettingsSource,
)

from quizapp.errors import ConfigError
from quizapp.lab.settings import LabSettings
from quizapp.setting_wording import sentences
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
            return tuple(_at_home(path) for path in value)
        return _at_home(value) if isinstance(value, Path) else value

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


def _at_home(path: Path) -> Path:
    """The path with `~` replaced."""
    if "\0" in str(path):
        raise ValueError("a path cannot have the character U+0000 in it")
    try:
        return path.expanduser()
    except RuntimeError as error:
        raise ValueError(f"{path.parts[0]} is the home of nobody here; write the path out") from error


def unknown_variables() -> list[str]:
    """A sentence for each QUIZAPP_* variable that is no setting, so does nothing."""
    known = ["CONFIG", *(name.upper() for name in Settings.model_fields)]
    found = sorted(name.removeprefix(ENVIRONMENT_PREFIX) for name in os.environ if name.startswith(ENVIRONMENT_PREFIX))
    return [_unknown(name, known) for name in found if name.partition("__")[0] not in known]


def _unknown(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    meant = f"; did you mean {ENVIRONMENT_PREFIX}{near[0]}?" if near else ", so it does nothing."
    return f"{ENVIRONMENT_PREFIX}{name} is no setting{meant}"


def load_settings() -> Settings:
    """Read the settings.

    Raises:
        ConfigError: the file cannot be read or is not TOML, or a value is not what its setting takes.
    """
    file = config_file()
    try:
        _refuse_missing(file)
        return Settings()
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file} is not TOML: {error}. Correct it or remove it.") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{file}:{line}: this is not UTF-8; save the file as UTF-8.") from error
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}. Check its name and permissions.") from error
    except SettingsError as error:
        raise ConfigError(_not_json(error)) from error
    except ValidationError as error:
        where = f"Some settings are wrong, in {file} or in {ENVIRONMENT_PREFIX}* variables:"
        raise ConfigError("\n".join([where, *sentences(error, Settings)])) from error


def _refuse_missing(file: Path) -> None:
    """A file that was named must be there; the one of the platform's folder need not."""
    if os.environ.get("QUIZAPP_CONFIG") and not file.is_file():
        raise ConfigError(f"QUIZAPP_CONFIG names {file}, which is no file; correct the variable or unset it.")


def _not_json(error: SettingsError) -> str:
    """What to say of a variable that should hold JSON; pydantic-settings tells the setting in its message only."""
    setting = re.search(r'field "(\w+)"', str(error))
    prefix = ENVIRONMENT_PREFIX + (setting[1].upper() if setting else "")
    names = sorted(name for name in os.environ if name.upper().startswith(prefix))
    return (
        f"{' or '.join(names)} is not JSON, as the variable of a table or a list must be: "
        'QUIZAPP_STUDY=\'{"new_per_day": 10}\', QUIZAPP_STUDY__LEARNING_STEPS=\'["1m", "10m"]\'.'
    )
