"""For each shipped deck a module of its name with `CARDS`: what each of its cards is about."""

from __future__ import annotations

import importlib
import pkgutil

from tests.decks.about.about import About, Mutant

__all__ = ["ABOUT", "About", "Mutant"]


def _decks() -> dict[str, About]:
    names = [module.name for module in pkgutil.iter_modules(__path__) if module.name != "about"]
    modules = {name.replace("_", "-"): importlib.import_module(f"{__name__}.{name}") for name in names}
    return {f"{deck}/{card}": about for deck, module in modules.items() for card, about in module.CARDS.items()}


ABOUT: dict[str, About] = _decks()
"""By `deck/card`."""
