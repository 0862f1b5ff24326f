"""A seller as anybody writes one: x402's own FastAPI middleware, whose facilitator is a Tolsey node.

seller.py PORT FACILITATOR_URL CHAIN_ID PAY_TO
"""

import sys

import uvicorn
from fastapi import FastAPI
from x402 import x402ResourceServer
from x402.http import FacilitatorConfig, HTTPFacilitatorClient
from x402.http.middleware.fastapi import PaymentMiddlewareASGI
from x402.http.types import PaymentOption, RouteConfig
from x402.mechanisms.evm.exact import ExactEvmServerScheme
from x402.schemas import AssetAmount

port, facilitator, chain_id, pay_to = sys.argv[1:]
network = f"eip155:{chain_id}"
DOLLAR = "0x7015e90000000000000000000000000000000001"


def price(units):
    return AssetAmount(
        amount=str(units), asset=DOLLAR, extra={"name": "Tolsey Dollar", "version": "1"}
    )


def option(units, timeout=60):
    return PaymentOption(
        scheme="exact", pay_to=pay_to, price=price(units), network=network,
        max_timeout_seconds=timeout,
    )


server = x402ResourceServer(HTTPFacilitatorClient(FacilitatorConfig(url=facilitator)))
server.register(network, ExactEvmServerScheme())
app = FastAPI()
app.add_middleware(
    PaymentMiddlewareASGI,
    routes={
        "GET /weather": RouteConfig(
            accepts=[option(10_000)], mime_type="application/json",
            description="the weather", service_name="weather", tags=["weather"],
        ),
        "POST /echo": RouteConfig(accepts=[option(25_000)], description="says it again"),
    },
    server=server,
)
served = {"weather": 0, "echo": 0}


@app.get("/weather")
async def weather():
    served["weather"] += 1
    return {"sky": "clear"}


@app.post("/echo")
async def echo(body: dict):
    served["echo"] += 1
    return body


@app.get("/served")
async def count():
    return served


uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning")
