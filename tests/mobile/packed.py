"""Small files that stand for models, and archives as other people's tools write them."""

import zipfile
from pathlib import Path

MODEL = b"\x1c\0\0\0TFL3" + bytes(range(256)) * 4


def write_model(folder: Path, name: str = "model.tflite", content: bytes = MODEL) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    return folder / name


def write_zip(path: Path, files: dict[str, bytes], deflated=(), aligned: int = 16) -> Path:
    """Each file's data begins at a multiple of ``aligned`` plus the count of its extra bytes."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name)
            method = zipfile.ZIP_DEFLATED if name in deflated else zipfile.ZIP_STORED
            info.compress_type = method
            start = archive.fp.tell() + 30 + len(name.encode())
            info.extra = b"\0" * (-start % aligned)
            archive.writestr(info, content)
    return path
