"""``python -m benchmarks.bare PORT``: the smallest possible service, one route on FastAPI and uvicorn."""

import sys

import uvicorn
from fastapi import FastAPI

app = FastAPI()


@app.get("/health/ready")
async def ready() -> dict[str, str]:
    """Ready as soon as it listens: it has nothing to wait for."""
    return {"status": "ready"}


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
