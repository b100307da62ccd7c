"""The usual way to serve a generator: FastAPI and PyTorch, one picture a request, as PNG.

    python3 serve.py --port 8000 [--threads N]

The generator is that of dcgan64.py, with random weights."""
import argparse
import io

import torch
import uvicorn
from fastapi import FastAPI, Response
from PIL import Image
from pydantic import BaseModel

import dcgan64


class Order(BaseModel):
    seeds: list[int]


def application():
    net = dcgan64.generator().eval()
    app = FastAPI()

    @app.post("/generate")
    def generate(order: Order):
        z = torch.randn(1, dcgan64.Z, 1, 1, generator=torch.Generator().manual_seed(order.seeds[0]))
        with torch.inference_mode():
            x = net(z)[0]
        pixels = ((x + 1) * 127.5).round().clamp(0, 255).to(torch.uint8).permute(1, 2, 0).numpy()
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "PNG")
        return Response(file.getvalue(), media_type="image/png")

    return app


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    uvicorn.run(application(), host="127.0.0.1", port=args.port, log_level="warning", access_log=False)
