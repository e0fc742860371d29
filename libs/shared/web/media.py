"""Routes that accept JSON only: ``Depends(json_only)``."""

from fastapi import Request

from libs.shared.base.errors import UnsupportedMedia


async def json_only(request: Request) -> None:
    """Refuse a body of another type, such as an uploaded file, with 415 and without reading it."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != "application/json" and not (media.startswith("application/") and media.endswith("+json")):
        raise UnsupportedMedia(accepted="application/json")
