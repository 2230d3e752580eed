"""Files that come with a form: only where the desk takes files, only as large as it takes, only into its own folder."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile


class PrivateFile(TemporaryUploadedFile):
    """In `UPLOAD_FOLDER` instead of the machine's /tmp; gone when the request is over."""

    def __init__(self, name: str, content_type: str, size: int, charset: str | None, extra: Any) -> None:
        folder = Path(settings.UPLOAD_FOLDER)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = tempfile.NamedTemporaryFile(dir=folder, suffix=".upload")  # noqa: SIM115  closed with the request
        UploadedFile.__init__(self, file, name, content_type, size, charset, extra)


class PrivateUpload(FileUploadHandler):
    """What the desk does not take is read past, not kept; `request.too_large` tells the view.

    Django itself would write a file of any size for anybody, on any page.
    """

    taken = False
    file: PrivateFile

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *args: Any, **kwargs: Any) -> None:  # noqa: N803  (Django's name)
        request: Any = self.request
        user = getattr(request, "user", None)
        welcome = any(request.path.startswith(path) for path in settings.UPLOAD_PATHS)
        request.too_large = content_length > settings.UPLOAD_MOST_MEGABYTES << 20
        self.taken = bool(user and user.is_authenticated and welcome and not request.too_large)

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        if not self.taken:
            raise SkipFile
        super().new_file(*args, **kwargs)
        self.file = PrivateFile(self.file_name or "", self.content_type or "", 0, self.charset, self.content_type_extra)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> PrivateFile:
        self.file.seek(0)
        self.file.size = file_size
        return self.file

    def upload_interrupted(self) -> None:
        if hasattr(self, "file"):
            self.file.close()
