"""The mark: a vermilion seal with the character 豸."""

from typing import Final
from urllib.parse import quote

from api.page import Markup

_SVG: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40" aria-hidden="true">'
    '<rect width="40" height="40" rx="7" fill="#a5342b"/>'
    '<rect x="3.5" y="3.5" width="33" height="33" rx="4.5" fill="none" stroke="#fff" stroke-opacity=".55"/>'
    '<text x="20" y="28.5" text-anchor="middle" font-size="23" fill="#fff" '
    'font-family="Noto Serif CJK SC, Noto Serif SC, Songti SC, SimSun, serif" font-weight="600">豸</text></svg>'
)
MARK: Final = Markup(_SVG)
ICON: Final = "data:image/svg+xml," + quote(_SVG)
