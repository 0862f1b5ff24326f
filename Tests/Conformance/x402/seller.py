"""A seller as anybody writes one: x402's own FastAPI middleware, whose facilitator is a Tolsey node.

seller.py PORT FACILITATOR_URL CHAIN_ID PAY_TO

`/page` is paid by vouchers of a channel; `/claim` claims them, as a seller's clock would.
"""

import sys

import uvicorn
from eth_account import Account
from fastapi import FastAPI
from x402 import x402ResourceServer
from x402.http import FacilitatorConfig, HTTPFacilitatorClient
from x402.http.middleware.fastapi import PaymentMiddlewareASGI
from x402.http.types import PaymentOption, RouteConfig
from x402.mechanisms.evm.batch_settlement.authorizer_signer import LocalAuthorizerSigner
from x402.mechanisms.evm.batch_settlement.server import (
    BatchSettlementChannelManager,
    BatchSettlementEvmScheme,
    BatchSettlementEvmSchemeServerConfig,
    ChannelManagerConfig,
)
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


client = HTTPFacilitatorClient(FacilitatorConfig(url=facilitator))
server = x402ResourceServer(client)
server.register(network, ExactEvmServerScheme())
authorizer = LocalAuthorizerSigner(Account.from_key("0x" + "a7" * 32))
channels = BatchSettlementEvmScheme(
    pay_to,
    BatchSettlementEvmSchemeServerConfig(
        receiver_authorizer_signer=authorizer, onchain_state_ttl_ms=0
    ),
)
server.register(network, channels)
app = FastAPI()
app.add_middleware(
    PaymentMiddlewareASGI,
    routes={
        "GET /weather": RouteConfig(
            accepts=[option(10_000)], mime_type="application/json",
            description="the weather", service_name="weather", tags=["weather"],
        ),
        "POST /echo": RouteConfig(accepts=[option(25_000)], description="says it again"),
        "GET /page": RouteConfig(
            accepts=[
                PaymentOption(
                    scheme="batch-settlement", pay_to=pay_to, price=price(1_000), network=network,
                    max_timeout_seconds=60,
                )
            ],
            description="a page",
        ),
    },
    server=server,
)
served = {"weather": 0, "echo": 0, "page": 0}
manager = BatchSettlementChannelManager(
    ChannelManagerConfig(
        scheme=channels, facilitator=client, receiver=pay_to, token=DOLLAR, network=network
    )
)


@app.get("/weather")
async def weather():
    served["weather"] += 1
    return {"sky": "clear"}


@app.post("/echo")
async def echo(body: dict):
    served["echo"] += 1
    return body


@app.get("/page")
async def page():
    served["page"] += 1
    return {"page": served["page"]}


@app.post("/claim")
async def claim():
    done = await manager.claim_and_settle()
    return {
        "vouchers": sum(c.vouchers for c in done["claims"]),
        "transactions": [c.transaction for c in done["claims"]],
        "settled": done["settle"].transaction if done["settle"] else None,
    }


@app.post("/forget")
async def forget():
    """A seller that lost its memory as well."""
    for channel in channels.get_storage().list():
        channels.get_storage().update_channel(channel.channel_id, lambda _: None)
    return {}


@app.get("/served")
async def count():
    return served


uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning")
