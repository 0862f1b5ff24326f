"""Channels (x402 `batch-settlement`): its own client and server, and what thieves send.

Called by run.py with a node, a shop and a facilitator that are up.
"""

import asyncio
import copy
import secrets
import time

import httpx
from eth_account import Account
from x402 import x402Client
from x402.http.clients import x402HttpxClient
from x402.mechanisms.evm.batch_settlement.abi import BATCH_SETTLEMENT_ABI
from x402.mechanisms.evm.batch_settlement.authorizer_signer import (
    LocalAuthorizerSigner,
    sign_claim_batch,
    sign_refund,
)
from x402.mechanisms.evm.batch_settlement.client import BatchSettlementEvmScheme
from x402.mechanisms.evm.batch_settlement.client.channel import (
    read_channel_balance_and_total_claimed,
)
from x402.mechanisms.evm.batch_settlement.constants import (
    BATCH_SETTLEMENT_ADDRESS,
    VOUCHER_TYPES,
)
from x402.mechanisms.evm.batch_settlement.encoding import build_erc3009_deposit_nonce
from x402.mechanisms.evm.batch_settlement.types import ChannelConfig, VoucherClaim
from x402.mechanisms.evm.batch_settlement.utils import (
    compute_channel_id,
    get_batch_settlement_eip712_domain,
)
from x402.mechanisms.evm.signers import EthAccountSignerWithRPC

DOLLAR = "0x7015e90000000000000000000000000000000001"
COLLECTOR = "0x4020806089470a89826cB9fB1f4059150b550004"
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
REASON = "invalid_batch_settlement_evm_"
PRICE = 1_000


def wallet(scheme, chain_id):
    c = x402Client()
    c.register("eip155:*", scheme)
    c.set_spend_controls({
        "allowed_assets": [{
            "network": f"eip155:{chain_id}", "asset": DOLLAR, "max_amount_per_payment": "1000000",
        }]
    })
    return c


async def pages(scheme, node, shop, count):
    async with x402HttpxClient(wallet(scheme, node.chain_id), base_url=shop, timeout=600) as http:
        return [(await http.get("/page")).status_code for _ in range(count)]


async def in_the_shop(check, node, shop, key, pay_to):
    """The real client at the real server: a deposit, vouchers, a top-up, a claim, a refund."""
    payer = Account.from_key(key)
    signer = EthAccountSignerWithRPC(payer, node.url + "/rpc")
    had, seller_had = node.balance(payer.address), node.balance(pay_to)
    scheme = BatchSettlementEvmScheme(signer)
    check("ten pages, one deposit", await pages(scheme, node, shop, 10) == [200] * 10)
    deposit = had - node.balance(payer.address)
    check("the deposit left the payer once", deposit == 10 * PRICE, deposit)
    check("nothing reached the seller yet", node.balance(pay_to) == seller_had)
    check("two more top it up", await pages(scheme, node, shop, 2) == [200] * 2)
    check("by another ten pages", had - node.balance(payer.address) == 20 * PRICE)
    claimed = httpx.post(f"{shop}/claim", timeout=600).json()
    check("the seller claims", claimed.get("vouchers") == 1, claimed)
    check("twelve pages", node.balance(pay_to) - seller_had == 12 * PRICE, node.balance(pay_to))
    kind = httpx.get(f"{node.url}/api/messages/{claimed['transactions'][0]}", timeout=600).json()
    check("by one message", kind["message"]["kind"] == "ClaimVouchers", kind)
    again = httpx.post(f"{shop}/claim", timeout=600).json()
    check("there is nothing to claim twice", again == {
        "vouchers": 0, "transactions": [], "settled": None}, again)

    check("vouchers go on after it", await pages(scheme, node, shop, 3) == [200] * 3)
    lost = BatchSettlementEvmScheme(signer)
    check("a client that lost its memory goes on", await pages(lost, node, shop, 2) == [200] * 2)
    check("without another deposit", had - node.balance(payer.address) == 20 * PRICE)
    stale = BatchSettlementEvmScheme(payer)
    blind = await pages(stale, node, shop, 1)
    check("without a view of the ledger it pays in again or is told no", blind[0] in (200, 402))

    paid_in = had - node.balance(payer.address)
    part = await asyncio.to_thread(lost_refund, lost, shop, "1000")
    check("a refund of a part", part.success and part.amount == "1000", part)
    whole = await asyncio.to_thread(lost_refund, lost, shop, None)
    check("and of the rest", whole.success, whole)
    seller_got = node.balance(pay_to) - seller_had
    check("payer and seller have all of it between them",
          had - node.balance(payer.address) == seller_got, (paid_in, seller_got))
    check("the pages were paid", seller_got == (17 + (blind[0] == 200)) * PRICE, seller_got)
    check("a channel is used again after its refund",
          await pages(BatchSettlementEvmScheme(signer), node, shop, 1) == [200])
    return scheme, signer


def lost_refund(scheme, shop, amount):
    from x402.mechanisms.evm.batch_settlement.client.refund import RefundOptions

    return scheme.refund(f"{shop}/page", RefundOptions(amount=amount))


class Payer:
    """Signs channels by hand, so that each field can be wrong."""

    def __init__(self, key, chain_id, pay_to, authorizer):
        self.account = Account.from_key(key)
        self.chain_id, self.pay_to, self.authorizer = chain_id, pay_to, authorizer
        self.network = f"eip155:{chain_id}"

    def wanted(self, **changes):
        return {
            "scheme": "batch-settlement", "network": self.network, "asset": DOLLAR,
            "amount": str(PRICE), "payTo": self.pay_to, "maxTimeoutSeconds": 60,
            "extra": {"name": "Tolsey Dollar", "version": "1", "withdrawDelay": 900,
                      "receiverAuthorizer": self.authorizer.address},
        } | changes

    def config(self, **changes):
        return {
            "payer": self.account.address, "payerAuthorizer": self.account.address,
            "receiver": self.pay_to, "receiverAuthorizer": self.authorizer.address,
            "token": DOLLAR, "withdrawDelay": 900, "salt": "0x" + secrets.token_hex(32),
        } | changes

    def channel(self, config):
        return compute_channel_id(ChannelConfig.from_dict(config), self.chain_id)

    def voucher(self, config, most, chain_id=None, key=None):
        channel = self.channel(config)
        signed = (key or self.account).sign_typed_data(
            domain_data=get_batch_settlement_eip712_domain(chain_id or self.chain_id),
            message_types=VOUCHER_TYPES,
            message_data={"channelId": bytes.fromhex(channel[2:]), "maxClaimableAmount": most})
        return {"channelId": channel, "maxClaimableAmount": str(most),
                "signature": "0x" + signed.signature.hex().removeprefix("0x")}

    def deposit(self, config, amount, most=PRICE, salt=None, before=None, key=None, **changes):
        salt = salt or "0x" + secrets.token_hex(32)
        before = before or int(time.time()) + 60
        fields = [("from", "address"), ("to", "address"), ("value", "uint256"),
                  ("validAfter", "uint256"), ("validBefore", "uint256"), ("nonce", "bytes32")]
        nonce = build_erc3009_deposit_nonce(self.channel(config), salt)
        signed = (key or self.account).sign_typed_data(
            domain_data={"name": "Tolsey Dollar", "version": "1", "chainId": self.chain_id,
                         "verifyingContract": DOLLAR} | changes,
            message_types={
                "ReceiveWithAuthorization": [{"name": n, "type": t} for n, t in fields]},
            message_data={"from": config["payer"], "to": COLLECTOR, "value": amount,
                          "validAfter": 0, "validBefore": before, "nonce": nonce})
        return {
            "type": "deposit", "channelConfig": config, "voucher": self.voucher(config, most),
            "deposit": {"amount": str(amount), "authorization": {"erc3009Authorization": {
                "validAfter": "0", "validBefore": str(before), "salt": salt,
                "signature": "0x" + signed.signature.hex().removeprefix("0x")}}},
        }

    def paid(self, payload, wanted=None):
        return {"x402Version": 2, "accepted": wanted or self.wanted(), "payload": payload}

    def claim(self, config, most, total, key=None):
        voucher = self.voucher(config, most, key=key)
        return VoucherClaim(
            channel=ChannelConfig.from_dict(config), max_claimable_amount=str(most),
            signature=voucher["signature"], total_claimed=str(total))


def high_s(signature):
    raw = bytes.fromhex(signature[2:])
    s = ORDER - int.from_bytes(raw[32:64], "big")
    return "0x" + (raw[:32] + s.to_bytes(32, "big") + bytes([55 - raw[64]])).hex()


def at_the_facilitator(check, node, facilitator, key, pay_to):
    authorizer = LocalAuthorizerSigner(Account.create())
    payer = Payer(key, node.chain_id, pay_to, authorizer)
    stranger = Account.create()
    config = payer.config()

    def says(name, payload, reason, wanted=None):
        wanted = wanted or payer.wanted()
        answer = facilitator.post("verify", payer.paid(payload, wanted), wanted)
        verdict = answer.json()
        good = answer.status_code == 200 and verdict["isValid"] is False
        check(f"channel, verify: {name}", good and verdict["invalidReason"] == REASON + reason,
              verdict)
        settled = facilitator.settle(payer.paid(payload, wanted), wanted)
        check(f"channel, settle: {name}", settled["success"] is False, settled)

    good = payer.deposit(config, 10_000)
    changed = copy.deepcopy(good)
    changed["deposit"]["amount"] = "10001"
    says("a deposit changed after it was signed", changed, "receive_authorization_signature")
    says("a deposit in another's name", payer.deposit(config, 10_000, key=stranger),
         "receive_authorization_signature")
    says("signed for another chain", payer.deposit(config, 10_000, chainId=1),
         "receive_authorization_signature")
    mirrored = copy.deepcopy(good)
    signed = mirrored["deposit"]["authorization"]["erc3009Authorization"]
    signed["signature"] = high_s(signed["signature"])
    says("the higher s", mirrored, "receive_authorization_signature")
    says("more than there is", payer.deposit(config, 2**60), "insufficient_balance")
    says("nothing", payer.deposit(config, 0), "deposit_payload")
    says("a voucher above the deposit", payer.deposit(config, 10_000, most=10_001),
         "cumulative_exceeds_balance")
    says("expired", payer.deposit(config, 1_000, before=int(time.time()) - 1),
         "payload_authorization_valid_before")
    for name, change, reason in [
        ("another receiver", {"receiver": stranger.address}, "receiver_mismatch"),
        ("another authorizer", {"receiverAuthorizer": stranger.address},
         "receiver_authorizer_mismatch"),
        ("another token", {"token": stranger.address}, "token_mismatch"),
        ("another delay", {"withdrawDelay": 901}, "withdraw_delay_mismatch"),
    ]:
        says(name, payer.deposit(payer.config(**change), 10_000), reason)
    moved = copy.deepcopy(good)
    moved["channelConfig"]["salt"] = "0x" + "11" * 32
    says("another channel", moved, "channel_id_mismatch")
    permit = copy.deepcopy(good)
    permit["deposit"]["authorization"] = {"permit2Authorization": {}}
    says("Permit2", permit, "erc3009_authorization_required")
    says("a voucher without a channel", {
        "type": "voucher", "channelConfig": config, "voucher": payer.voucher(config, 1)},
        "channel_not_found")
    says("nonsense", {"type": "gift"}, "payload_type")

    had = node.balance(payer.account.address)
    wanted = payer.wanted()
    verdict = facilitator.verify(payer.paid(good), wanted)
    check("a good deposit", verdict["isValid"] and verdict["extra"]["balance"] == "0", verdict)
    first = facilitator.settle(payer.paid(good), wanted)
    again = facilitator.settle(payer.paid(good), wanted)
    check("settled twice: one transaction", first["success"] and again["success"]
          and first["transaction"] == again["transaction"], (first, again))
    check("paid in once", had - node.balance(payer.account.address) == 10_000)
    check("the state of the channel, without what the seller owns", first["extra"] == {
        "channelState": {"channelId": payer.channel(config), "balance": "10000",
                         "totalClaimed": "0", "withdrawRequestedAt": 0, "refundNonce": "0"}}, first)
    used = facilitator.verify(payer.paid(good), wanted)
    check("verify says that it is used",
          used.get("invalidReason") == REASON + "deposit_simulation_failed", used)

    def voucher(most, **how):
        return {"type": "voucher", "channelConfig": config,
                "voucher": payer.voucher(config, most, **how)}

    ok = facilitator.verify(payer.paid(voucher(2_000)), wanted)
    check("a good voucher", ok["isValid"] and ok["extra"]["balance"] == "10000", ok)
    says("a voucher above the balance", voucher(10_001), "cumulative_exceeds_balance")
    says("a voucher of 2^100", voucher(2**100), "cumulative_exceeds_balance")
    says("a voucher for another chain", voucher(2_000, chain_id=1), "voucher_signature")
    says("a stranger's voucher", voucher(2_000, key=stranger), "voucher_signature")

    claims(check, node, facilitator, payer, config, authorizer, stranger)
    return payer, config


def claims(check, node, facilitator, payer, config, authorizer, stranger):
    wanted = payer.wanted(extra={}, amount="0")

    def settle(payload):
        return facilitator.settle(payer.paid(payload, wanted), wanted)

    def claim(items, signer=authorizer):
        payload = {"type": "claim", "claims": [c.to_dict() for c in items]}
        if signer:
            payload["claimAuthorizerSignature"] = sign_claim_batch(signer, items, payer.network)
        return settle(payload)

    def refused(name, told, reason):
        check(f"claim: {name}", not told["success"] and told["errorReason"] == REASON + reason,
              told)

    had = node.balance(payer.pay_to)
    refused("nobody's", claim([payer.claim(config, 3_000, 3_000)], None),
            "authorizer_not_configured")
    refused("a stranger's", claim([payer.claim(config, 3_000, 3_000)],
                                  LocalAuthorizerSigner(stranger)), "claim_simulation_failed")
    refused("above the voucher", claim([payer.claim(config, 3_000, 3_001)]),
            "claim_simulation_failed")
    refused("above the balance", claim([payer.claim(config, 10_001, 10_001)]),
            "claim_simulation_failed")
    refused("a forged voucher", claim([payer.claim(config, 3_000, 3_000, key=stranger)]),
            "claim_simulation_failed")
    refused("none", claim([]), "claim_payload")
    told = claim([payer.claim(config, 3_000, 2_500)])
    check("less than the voucher", told["success"], told)
    check("is what the seller gets", node.balance(payer.pay_to) - had == 2_500)
    refused("a replay", claim([payer.claim(config, 3_000, 2_500)]), "claim_simulation_failed")
    refused("a lower one", claim([payer.claim(config, 2_000, 2_000)]), "claim_simulation_failed")
    below = {"type": "voucher", "channelConfig": config, "voucher": payer.voucher(config, 2_500)}
    verdict = facilitator.verify(payer.paid(below), payer.wanted())
    check("a voucher that was claimed",
          verdict.get("invalidReason") == REASON + "cumulative_below_claimed", verdict)

    def refund(amount, nonce, signer=authorizer, items=()):
        payload = {"type": "refund", "channelConfig": config,
                   "voucher": payer.voucher(config, 3_000), "amount": str(amount),
                   "refundNonce": str(nonce), "claims": [c.to_dict() for c in items]}
        if signer:
            payload["refundAuthorizerSignature"] = sign_refund(
                signer, payer.channel(config), amount, nonce, payer.network)
            if items:
                payload["claimAuthorizerSignature"] = sign_claim_batch(
                    signer, list(items), payer.network)
        return settle(payload)

    refused("a refund that the payer orders", refund(1_000, 0, None), "authorizer_not_configured")
    refused("a refund that a stranger signs",
            refund(1_000, 0, LocalAuthorizerSigner(stranger)), "refund_simulation_failed")
    refused("a refund out of turn", refund(1_000, 1), "refund_simulation_failed")
    payer_had = node.balance(payer.account.address)
    told = refund(9_999, 0, items=[payer.claim(config, 3_000, 3_000)])
    check("a refund pays the claim first", told["success"] and told["amount"] == "7000", told)
    check("all of it is back", node.balance(payer.account.address) - payer_had == 7_000)
    check("and paid", node.balance(payer.pay_to) - had == 3_000)
    refused("the refund again", refund(9_999, 0), "refund_simulation_failed")
    refused("an empty channel", refund(1, 1), "refund_no_balance")
    swept = settle({"type": "settle", "receiver": payer.pay_to, "token": DOLLAR})
    check("there is nothing to sweep, and that is well", swept["success"], swept)


def by_web3(check, node, payer, config, key):
    """What the ledger shows of channels to Ethereum's software."""
    from web3 import Web3

    web3 = Web3(Web3.HTTPProvider(node.url + "/rpc", {"timeout": 600}))
    signer = EthAccountSignerWithRPC(Account.from_key(key), node.url + "/rpc")
    channel = payer.channel(config)
    check("channels()", read_channel_balance_and_total_claimed(signer, channel) == (3_000, 3_000))
    check("of nobody", read_channel_balance_and_total_claimed(signer, "0x" + "01" * 32) == (0, 0))
    escrow = web3.eth.contract(address=BATCH_SETTLEMENT_ADDRESS, abi=BATCH_SETTLEMENT_ABI)
    whole = tuple(
        bytes.fromhex(v[2:]) if k == "salt" else v for k, v in config.items())
    check("getChannelId()", escrow.functions.getChannelId(whole).call().hex().removeprefix("0x")
          == channel[2:])
    check("refundNonce()", escrow.functions.refundNonce(bytes.fromhex(channel[2:])).call() == 1)


def withdrawn(check, node, facilitator, payer, config):
    """The payer asks for its money by a transaction; what it asked is for sale no more."""
    from web3 import Web3

    web3 = Web3(Web3.HTTPProvider(node.url + "/rpc", {"timeout": 600}))
    escrow = web3.eth.contract(address=BATCH_SETTLEMENT_ADDRESS, abi=BATCH_SETTLEMENT_ABI)
    wanted = payer.wanted()
    told = facilitator.settle(payer.paid(payer.deposit(config, 10_000, most=4_000)), wanted)
    check("a drained channel is filled again", told["success"], told)
    whole = tuple(
        bytes.fromhex(v[2:]) if k == "salt" else v for k, v in config.items())
    account = payer.account
    transaction = escrow.functions.initiateWithdraw(whole, 10_000).build_transaction({
        "from": account.address, "nonce": web3.eth.get_transaction_count(account.address),
        "gasPrice": web3.eth.gas_price, "chainId": node.chain_id})
    sent = web3.eth.send_raw_transaction(account.sign_transaction(transaction).raw_transaction)
    receipt = web3.eth.wait_for_transaction_receipt(sent, timeout=600)
    check("a withdrawal is asked for", receipt.status == 1, receipt)
    pending = escrow.functions.pendingWithdrawals(
        bytes.fromhex(payer.channel(config)[2:])).call()
    check("and seen", pending[0] == 10_000 and abs(pending[1] - time.time()) < 600, pending)
    late = {"type": "voucher", "channelConfig": config, "voucher": payer.voucher(config, 5_000)}
    verdict = facilitator.verify(payer.paid(late), wanted)
    check("a voucher for what was asked back",
          verdict.get("invalidReason") == REASON + "cumulative_exceeds_balance", verdict)
    had = node.balance(payer.pay_to)
    items = [payer.claim(config, 5_000, 5_000)]
    claim = {"type": "claim", "claims": [c.to_dict() for c in items],
             "claimAuthorizerSignature": sign_claim_batch(
                 payer.authorizer, items, payer.network)}
    bare = payer.wanted(extra={}, amount="0")
    told = facilitator.settle(payer.paid(claim, bare), bare)
    check("the seller claims within the delay",
          told["success"] and node.balance(payer.pay_to) - had == 2_000, told)


def run(check, node, shop, facilitator, pay_to):
    asyncio.run(in_the_shop(check, node, shop, node.keys[3], pay_to))
    payer, config = at_the_facilitator(check, node, facilitator, node.keys[3], pay_to)
    by_web3(check, node, payer, config, node.keys[3])
    withdrawn(check, node, facilitator, payer, config)
