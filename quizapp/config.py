"""Settings: defaults, then the TOML file, then QUIZAPP_* variables; read once, frozen."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable
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

from quizapp import variables
from quizapp.cards.files import is_there
from quizapp.cards.wording import unknown_key
from quizapp.errors import ConfigError
from quizapp.lab.pulled import files_of, names, near, resolved
from quizapp.lab.settings import LabSettings
from quizapp.setting_wording import sentences
from quizapp.study.settings import StudySettings

PACKAGE = Path(__file__).parent


def config_file() -> Path:
    """Where the learner's settings are kept: `config.toml` in the platform's configuration folder."""
    return Path(variables.file() or platformdirs.user_config_path("quizapp") / "config.toml")


def shipped_decks() -> Path:
    """The folder of the project's own decks: inside an installed package, beside it in a checkout."""
    inside = PACKAGE / "decks"
    return inside if inside.is_dir() else PACKAGE.parent / "decks"


class Settings(BaseSettings):
    """Everything the learner may set."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        env_prefix=variables.PREFIX,
        env_nested_delimiter=variables.INTO,
        env_ignore_empty=True,
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
    def _whole_paths(cls, value: object) -> object:
        if isinstance(value, tuple):
            return tuple(whole(path) for path in value)
        return whole(value) if isinstance(value, Path) else value

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

    @property
    def pulled_models(self) -> Path:
        """The folder of all models that were pulled."""
        return self.data_dir / "models"


def whole(path: Path) -> Path:
    """The path with `~` replaced, and from the root on, so that it means the same wherever it is used."""
    if "\0" in str(path):
        raise ValueError("a path cannot have the character U+0000 in it")
    try:
        return path.expanduser().absolute()
    except RuntimeError as error:
        raise ValueError(f"{path.parts[0]} is the home of nobody here; write the path out") from error


def unknown_variables() -> list[str]:
    """A sentence for each QUIZAPP_* variable that is set but is no setting."""
    return variables.unknown(Settings)


def missing_folders(settings: Settings) -> list[str]:
    """A sentence for each folder with decks or notes that is set but is not there."""
    return missing_decks(settings) + _missing("notes", [settings.notes] if settings.notes else [])


def missing_models(settings: Settings) -> list[str]:
    """A sentence for each role whose model is not there; what a worker elsewhere has is not known here."""
    models = {} if settings.lab.command else settings.lab.models
    return [_missing_model(role, model, settings) for role, model in models.items() if files_of(model) is None]


def _missing_model(role: str, model: str, settings: Settings) -> str:
    meant = near(model, names(settings.pulled_models))
    what = f"did you mean {meant[0]}?" if meant else "`quizapp models list` lists those that are."
    return f"{_source(('lab', 'models', role))}: `lab.models.{role}` is {model or 'empty'}, which is not there; {what}"


def missing_decks(settings: Settings) -> list[str]:
    """Those of them for folders with decks, without which a claim may be missing."""
    return _missing("decks", settings.decks)


def _missing(name: str, paths: Iterable[Path]) -> list[str]:
    return [
        f"{_source((name,))}: `{name}` is {path}, which does not exist; make the folder or correct the setting."
        for path in paths
        if not is_there(path)
    ]


def load_settings() -> Settings:
    """Read the settings.

    Raises:
        ConfigError: the file cannot be read or is not TOML, or a value is not what its setting takes.
    """
    file = config_file()
    try:
        _refuse_no_file(file)
        settings = _of_known_roles(Settings())
        return settings.model_copy(update={"lab": resolved(settings.lab, settings.pulled_models)})
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file} is not TOML: {error}. Correct it or remove it.") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{file}:{line}: this is not UTF-8; save the file as UTF-8.") from error
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}. Check its name and permissions.") from error
    except SettingsError as error:
        raise ConfigError(
            f"{', '.join(variables.not_json(Settings))}: this is not JSON, as the variable of a table or a list must "
            'be: QUIZAPP_STUDY=\'{"new_per_day": 10}\', QUIZAPP_STUDY__LEARNING_STEPS=\'["1m", "10m"]\'.'
        ) from error
    except ValidationError as error:
        raise ConfigError("\n".join(["Some settings are wrong:", *sentences(error, Settings, _source)])) from error


def _refuse_no_file(file: Path) -> None:
    """What was named must be a file, and so must what is in the platform's folder, if anything is."""
    if file.is_file():
        return
    if variables.file():
        raise ConfigError(f"{variables.FILE} names {file}, which is no file; correct the variable or unset it.")
    if os.path.lexists(file):
        what = "a link to nothing" if file.is_symlink() and not file.exists() else "no file"
        raise ConfigError(f"{file} is {what}; move it away, or put a file with your settings there.")


def _of_known_roles(settings: Settings) -> Settings:
    """The settings, once it is clear that no deck needs other roles than those that have a model."""
    known = list(LabSettings().models)
    if unknown := [role for role in settings.lab.models if role not in known]:
        place = ("lab", "models")
        raise ConfigError(f"{_source(place)}: {unknown_key(unknown[0], '`[lab.models]`', known)}")
    return settings


def _source(loc: tuple[int | str, ...]) -> str:
    """Where a value was set, in a variable or in the file."""
    return variables.source(loc) or str(config_file())
