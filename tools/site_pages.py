"""What mkdocs calls when it builds the documentation site (mkdocs.yml).

The pages of the project's root become pages of the site. Links are written for readers of the
source tree: those to pages lead to pages, those to other files become plain text.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

ROOT_PAGES: Mapping[str, str] = MappingProxyType(
    {
        "README.md": "index.md",
        "CHANGELOG.md": "changelog.md",
        "CONTRIBUTING.md": "contributing.md",
        "SECURITY.md": "security.md",
    }
)
"""Page of the root -> page of the site."""
_DOCS = "docs/"
_LINK = re.compile(r"\[([^\]]*)\]\(([^)#:]+)(#[^)]*)?\)")


def on_files(files: Any, config: Any) -> Any:
    """Adds the pages of the root to the files of the site."""
    from mkdocs.structure.files import File

    root = Path(config.config_file_path).parent
    for source, page in ROOT_PAGES.items():
        text = (root / source).read_text(encoding="utf-8")
        files.append(File.generated(config, page, content=site_text(text, source)))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """The text of a page of docs/, with the links of the site."""
    made = page.file.generated_by is not None
    return markdown if made else site_text(markdown, _DOCS + page.file.src_uri)


def site_text(text: str, source: str) -> str:
    """Text with the links of the site; ``source`` is its path in the source tree."""
    return _LINK.sub(lambda link: _site_link(link, source), text)


def _site_link(link: re.Match[str], source: str) -> str:
    label, target, anchor = link[1], link[2], link[3] or ""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
    page = ROOT_PAGES.get(path, path.removeprefix(_DOCS) if path.startswith(_DOCS) else None)
    if page is None:
        return label
    here = posixpath.dirname(source.removeprefix(_DOCS))
    return f"[{label}]({posixpath.relpath(page, here or '.')}{anchor})"
