"""A chart, redrawn to the width it is given."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from quizapp.cards.proof import Chart
from quizapp.tui.charts import draw


class ChartView(Widget):
    """One chart of a run; as tall as its drawing."""

    DEFAULT_CSS = "ChartView { height: auto; margin-bottom: 1; }"

    def __init__(self, chart: Chart) -> None:
        super().__init__()
        self.chart = chart

    def render(self) -> Content:
        """The drawing at the present width."""
        return draw(self.chart, self.size.width or 80)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Lines the drawing takes at `width` cells."""
        return draw(self.chart, width).plain.count("\n") + 1
