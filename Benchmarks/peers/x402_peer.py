"""x402's own seller, as its FastAPI example has it: one route, paid by vouchers of channels.

usage: x402_peer.py PORT CHAIN_ID SECRET DELAY PRICE

Its facilitator says yes to everything without leaving the process, so that only the seller's own
work is measured. It prints "ready" when it is.
"""

import asyncio
import sys

import uvicorn
from eth_account import Account
from fastapi import FastAPI, Request
from x402 import x402ResourceServer
from x402.http.middleware.fastapi import PaymentMiddlewareASGI
from x402.http.types import PaymentOption, RouteConfig
from x402.mechanisms.evm.batch_settlement.authorizer_signer import LocalAuthorizerSigner
from x402.mechanisms.evm.batch_settlement.server import (
    BatchSettlementEvmScheme,
    BatchSettlementEvmSchemeServerConfig,
)
from x402.schemas import AssetAmount, SettleResponse, SupportedResponse, VerifyResponse

port, chain_id, secret, delay, price = sys.argv[1:]
network = f"eip155:{chain_id}"
DOLLAR = "0x7015e90000000000000000000000000000000001"
account = Account.from_key(secret)


class Yes:
    """A facilitator in whose ledger every channel is full."""

    def get_supported(self):
        return SupportedResponse.model_validate({
            "kinds": [{"x402Version": 2, "scheme": "batch-settlement", "network": network}],
            "extensions": [], "signers": {}})

    async def verify(self, payload, requirements):
        voucher = payload.payload["voucher"]
        return VerifyResponse(
            is_valid=True, payer=payload.payload["channelConfig"]["payer"],
            extra={"channelId": voucher["channelId"], "balance": str(10**15),
                   "totalClaimed": "0", "withdrawRequestedAt": 0, "refundNonce": "0"})

    async def settle(self, payload, requirements):
        return SettleResponse(success=True, transaction="", network=network)


server = x402ResourceServer(Yes())
server.register(network, BatchSettlementEvmScheme(
    account.address,
    BatchSettlementEvmSchemeServerConfig(
        receiver_authorizer_signer=LocalAuthorizerSigner(account), withdraw_delay=int(delay))))
app = FastAPI()
app.add_middleware(
    PaymentMiddlewareASGI,
    routes={"POST /v1/completions": RouteConfig(
        accepts=[PaymentOption(
            scheme="batch-settlement", pay_to=account.address, network=network,
            price=AssetAmount(amount=price, asset=DOLLAR,
                              extra={"name": "Tolsey Dollar", "version": "1"}),
            max_timeout_seconds=300)],
        description="text")},
    server=server)


@app.post("/v1/completions")
async def complete(request: Request):
    asked = await request.json()
    return {"choices": [{"text": "so it is", "index": 0, "finish_reason": "stop"}],
            "model": asked["model"]}


async def main():
    running = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=int(port), log_level="error"))
    task = asyncio.create_task(running.serve())
    while not running.started:
        await asyncio.sleep(0.05)
    print("ready", flush=True)
    await task


asyncio.run(main())
