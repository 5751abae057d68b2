"""The four ratings with what each would do, the suggested one marked."""

from __future__ import annotations

from collections.abc import Mapping

from textual.content import Content
from textual.style import Style
from textual.widgets import Static

from quizapp.study.memory import Rating
from quizapp.tui.text import MUTED


class RatingBar(Static):
    """One line under the card; empty before the answer is shown."""

    DEFAULT_CSS = """
    RatingBar {
        height: 1; padding: 0 1; background: $panel;
        link-style: none; link-color: $foreground; link-style-hover: bold; link-background-hover: $boost;
    }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)

    def clear_ratings(self, hint: str = "") -> None:
        """Show no ratings, only what the learner may do now."""
        self.update(Content.styled(hint, MUTED))

    def show_ratings(
        self,
        intervals: Mapping[Rating, str],
        keys: Mapping[Rating, str],
        offered: Rating | None,
        suggested: Rating | None,
    ) -> None:
        """Show every rating with its key and next interval; `offered` is what one key accepts, None when nothing."""
        parts = [_rating(rating, keys[rating], intervals[rating], rating is offered) for rating in Rating]
        note = f"suggested: {suggested.name.lower()}" if suggested else "" if offered else "you decide"
        self.update(Content("   ").join(parts) + Content.styled(f"     {note}" if note else "", MUTED))


def _rating(rating: Rating, key: str, interval: str, chosen: bool) -> Content:
    pointer = "▸" if chosen else " "
    text = Content.assemble(
        (f"{pointer}{key} ", "bold $text-accent" if chosen else MUTED),
        (rating.name.lower(), "bold" if chosen else ""),
        (f" {interval}", MUTED),
    )
    return text.stylize(Style.from_meta({"@click": f"screen.rate({rating.value})"}))
