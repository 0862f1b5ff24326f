#!/usr/bin/env python3
"""web3.py and eth-account, as their users have them, against a node's JSON-RPC: run.py TOLSEY_BINARY

Nothing of the libraries is changed or configured but the URL. The last line counts.
"""

import json
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path

from eth_account import Account
from web3 import Web3
from web3.exceptions import ContractLogicError, TransactionNotFound, Web3RPCError
from web3.logs import DISCARD
from web3.middleware import SignAndSendRawMiddlewareBuilder
from x402 import x402FacilitatorSync
from x402.mechanisms.evm import FacilitatorWeb3Signer
from x402.mechanisms.evm.exact import register_exact_evm_facilitator
from x402.schemas import PaymentPayload, PaymentRequirements

TOKEN = Web3.to_checksum_address("0x7015e90000000000000000000000000000000001")
MICRO = 10**12  # wei for a millionth of a dollar


def function(name, inputs, outputs, view=True):
    return {
        "type": "function", "name": name, "stateMutability": "view" if view else "nonpayable",
        "inputs": [{"name": f"a{i}", "type": t} for i, t in enumerate(inputs)],
        "outputs": [{"name": "", "type": t} for t in outputs],
    }


ABI = [
    function("name", [], ["string"]), function("symbol", [], ["string"]),
    function("version", [], ["string"]), function("decimals", [], ["uint8"]),
    function("totalSupply", [], ["uint256"]), function("balanceOf", ["address"], ["uint256"]),
    function("DOMAIN_SEPARATOR", [], ["bytes32"]),
    function("authorizationState", ["address", "bytes32"], ["bool"]),
    function("transfer", ["address", "uint256"], ["bool"], view=False),
    function("mint", ["address", "uint256"], ["bool"], view=False),
    {"type": "event", "name": "Transfer", "anonymous": False, "inputs": [
        {"name": "from", "type": "address", "indexed": True},
        {"name": "to", "type": "address", "indexed": True},
        {"name": "value", "type": "uint256", "indexed": False}]},
]

AUTHORISATION = {"TransferWithAuthorization": [
    {"name": "from", "type": "address"}, {"name": "to", "type": "address"},
    {"name": "value", "type": "uint256"}, {"name": "validAfter", "type": "uint256"},
    {"name": "validBefore", "type": "uint256"}, {"name": "nonce", "type": "bytes32"}]}


def _domain(w):
    return {"name": "Tolsey Dollar", "version": "1", "chainId": w.up["chainId"],
            "verifyingContract": TOKEN}


CHECKS = []


def check(body):
    CHECKS.append(body)
    return body


class World:
    def __init__(self, up):
        self.up = up
        self.keys = [Account.from_key(account["key"]) for account in up["accounts"]]
        self.alice, self.bob, self.carol = self.keys[:3]
        self.w3 = Web3(Web3.HTTPProvider(up["rpc"], {"timeout": 600}))
        self.token = self.w3.eth.contract(address=TOKEN, abi=ABI)

    def signing(self, account):
        """A web3 that signs for an account, as its documentation says to build one."""
        w3 = Web3(Web3.HTTPProvider(self.up["rpc"], {"timeout": 600}))
        w3.middleware_onion.inject(SignAndSendRawMiddlewareBuilder.build(account), layer=0)
        w3.eth.default_account = account.address
        return w3

    def receipt(self, sent):
        return self.w3.eth.wait_for_transaction_receipt(sent, timeout=600)


def raises(kind, words, body):
    try:
        body()
    except kind as error:
        for word in words if isinstance(words, tuple) else (words,):
            assert word in str(error), f"{word!r} is not in {error}"
        return error
    raise AssertionError(f"no {kind.__name__}")


def spent(receipt):
    return receipt["gasUsed"] * receipt["effectiveGasPrice"]


@check
def the_node_says_who_it_is(w):
    assert w.w3.is_connected()
    assert w.w3.client_version.startswith("tolsey/")
    assert w.w3.eth.chain_id == w.up["chainId"]
    assert w.w3.net.version == str(w.up["chainId"])
    assert w.w3.eth.syncing is False and w.w3.eth.accounts == []


@check
def blocks_can_be_read(w):
    first = w.w3.eth.get_block(0)
    assert first["hash"].to_0x_hex() == w.up["network"]
    latest = w.w3.eth.get_block("latest", full_transactions=True)
    again = w.w3.eth.get_block(latest["hash"])
    assert again["number"] == latest["number"] and again["baseFeePerGas"] == 10**9
    if latest["number"]:
        assert w.w3.eth.get_block(latest["number"] - 1)["hash"] == latest["parentHash"]
    raises(Exception, "not found", lambda: w.w3.eth.get_block(10**9))


@check
def balances_are_dollars(w):
    founded = 1_000_000_000
    fresh = w.keys[9].address
    assert w.w3.eth.get_balance(fresh) == founded * MICRO
    assert w.token.functions.balanceOf(fresh).call() == founded
    assert w.token.functions.balanceOf(Account.create().address).call() == 0
    assert w.token.functions.totalSupply().call() >= 10 * founded


@check
def the_token_describes_itself(w):
    f = w.token.functions
    assert (f.name().call(), f.symbol().call()) == ("Tolsey Dollar", "USDTOL")
    assert (f.version().call(), f.decimals().call()) == ("1", 6)
    domain = Web3.keccak(text="EIP712Domain(string name,string version,uint256 chainId,"
                              "address verifyingContract)")
    words = domain + Web3.keccak(text="Tolsey Dollar") + Web3.keccak(text="1")
    words += w.up["chainId"].to_bytes(32, "big") + bytes(12) + bytes.fromhex(TOKEN[2:])
    assert f.DOMAIN_SEPARATOR().call() == Web3.keccak(words)
    assert f.authorizationState(w.alice.address, b"\1" * 32).call() is False
    assert w.w3.eth.get_code(TOKEN) != b"" and w.w3.eth.get_code(w.alice.address) == b""


@check
def ether_is_sent_as_the_documentation_does(w):
    w3 = w.signing(w.alice)
    before = w3.eth.get_balance(w.alice.address), w3.eth.get_balance(w.bob.address)
    nonce = w3.eth.get_transaction_count(w.alice.address)
    sent = w3.eth.send_transaction({"to": w.bob.address, "value": 250_000 * MICRO})
    receipt = w.receipt(sent)
    assert receipt["status"] == 1 and receipt["type"] == 2
    assert receipt["from"] == w.alice.address and receipt["to"] == w.bob.address
    assert w3.eth.get_transaction_count(w.alice.address) == nonce + 1
    assert w3.eth.get_balance(w.bob.address) == before[1] + 250_000 * MICRO
    assert w3.eth.get_balance(w.alice.address) == before[0] - 250_000 * MICRO - spent(receipt)
    shown = w3.eth.get_transaction(sent)
    assert shown["hash"] == sent and shown["value"] == 250_000 * MICRO
    block = w3.eth.get_block(receipt["blockNumber"])
    assert block["hash"] == receipt["blockHash"] and sent in block["transactions"]


@check
def legacy_transactions_are_taken(w):
    nonce = w.w3.eth.get_transaction_count(w.bob.address)
    one = {"to": w.alice.address, "value": 7 * MICRO, "nonce": nonce, "gas": 60_000,
           "gasPrice": w.w3.eth.gas_price, "chainId": w.up["chainId"]}
    signed = w.bob.sign_transaction(one)
    sent = w.w3.eth.send_raw_transaction(signed.raw_transaction)
    assert sent == signed.hash
    assert w.receipt(sent)["type"] == 0
    # The same bytes once more: the same answer, and nothing happens twice.
    before = w.w3.eth.get_balance(w.alice.address)
    assert w.w3.eth.send_raw_transaction(signed.raw_transaction) == sent
    assert w.w3.eth.get_balance(w.alice.address) == before


@check
def tokens_move_and_leave_an_event(w):
    w3 = w.signing(w.alice)
    token = w3.eth.contract(address=TOKEN, abi=ABI)
    before = token.functions.balanceOf(w.carol.address).call()
    assert token.functions.transfer(w.carol.address, 1_234).call() is True
    receipt = w.receipt(token.functions.transfer(w.carol.address, 1_234).transact())
    assert receipt["status"] == 1 and receipt["to"] == TOKEN
    assert token.functions.balanceOf(w.carol.address).call() == before + 1_234
    (event,) = token.events.Transfer().process_receipt(receipt)
    assert event["args"] == {"from": w.alice.address, "to": w.carol.address, "value": 1_234}
    found = token.events.Transfer().get_logs(
        from_block=receipt["blockNumber"], argument_filters={"to": w.carol.address})
    assert receipt["transactionHash"] in [log["transactionHash"] for log in found]
    other = token.events.Transfer().get_logs(
        from_block=receipt["blockNumber"], argument_filters={"to": w.keys[8].address})
    assert other == []


@check
def opening_an_account_is_in_the_estimate(w):
    new = Account.create()
    w3 = w.signing(w.alice)
    known = w3.eth.estimate_gas({"from": w.alice.address, "to": w.bob.address, "value": MICRO})
    asked = {"from": w.alice.address, "to": new.address, "value": MICRO}
    assert w3.eth.estimate_gas(asked) == known + 10_000 * 1_000
    before = w3.eth.get_balance(w.alice.address)
    receipt = w.receipt(w3.eth.send_transaction({"to": new.address, "value": MICRO}))
    assert w3.eth.get_balance(w.alice.address) == before - MICRO - spent(receipt)


@check
def fees_are_told(w):
    assert w.w3.eth.gas_price == 10**9 and w.w3.eth.max_priority_fee == 0
    history = w.w3.eth.fee_history(4, "latest", [25, 75])
    assert set(history["baseFeePerGas"]) == {10**9}
    assert len(history["reward"]) == len(history["gasUsedRatio"])


@check
def reverts_say_why(w):
    poor = Account.create()
    call = w.token.functions.transfer(w.bob.address, 5)
    error = raises(ContractLogicError, "insufficient", lambda: call.call({"from": poor.address}))
    assert error.data.startswith("0x08c379a0")
    much = w.token.functions.transfer(w.bob.address, 10**15)
    raises(ContractLogicError, "insufficient",
           lambda: much.estimate_gas({"from": w.alice.address}))
    nobody = w.token.functions.transfer("0x" + "00" * 20, 5)
    raises(ContractLogicError, "noReceiver", lambda: nobody.call({"from": w.alice.address}))
    mint = w.token.functions.mint(w.alice.address, 5)
    raises(ContractLogicError, "unknownFunction", lambda: mint.call({"from": w.alice.address}))


@check
def what_fails_in_its_block_has_a_receipt(w):
    """Who skips the estimate pays the toll, and the receipt says that nothing moved."""
    nonce = w.w3.eth.get_transaction_count(w.carol.address)
    data = w.token.encode_abi("transfer", [w.bob.address, 10**15])
    one = {"to": TOKEN, "value": 0, "data": data, "nonce": nonce, "gas": 100_000,
           "maxFeePerGas": 2 * 10**9, "maxPriorityFeePerGas": 0, "chainId": w.up["chainId"]}
    before = w.w3.eth.get_balance(w.carol.address)
    receipt = w.receipt(w.w3.eth.send_raw_transaction(
        w.carol.sign_transaction(one).raw_transaction))
    assert receipt["status"] == 0 and receipt["logs"] == []
    assert receipt["revertReason"].startswith("insufficient")
    assert w.w3.eth.get_balance(w.carol.address) == before - spent(receipt)


def sending(w, account, **change):
    one = {"to": w.alice.address, "value": MICRO, "gas": 60_000, "maxFeePerGas": 2 * 10**9,
           "maxPriorityFeePerGas": 0, "chainId": w.up["chainId"],
           "nonce": w.w3.eth.get_transaction_count(account.address)} | change
    one = {name: value for name, value in one.items() if value is not None}
    return lambda: w.w3.eth.send_raw_transaction(account.sign_transaction(one).raw_transaction)


@check
def the_door_refuses_by_name(w):
    raises(Web3RPCError, "invalid chain id", sending(w, w.bob, chainId=1))
    raises(Web3RPCError, "nonce too low", sending(w, w.bob, nonce=0, value=99 * MICRO))
    raises(Web3RPCError, "nonce too high", sending(w, w.bob, nonce=10_000))
    raises(Web3RPCError, "insufficient funds", sending(w, w.bob, value=10**15 * MICRO))
    raises(Web3RPCError, "insufficient funds", sending(w, Account.create()))
    raises(Web3RPCError, "intrinsic gas too low", sending(w, w.bob, gas=1_000))
    raises(Web3RPCError, "10^12 wei", sending(w, w.bob, value=MICRO + 1))
    raises(Web3RPCError, "no contract can be created", sending(w, w.bob, to=None, data="0x60"))
    raises(Web3RPCError, "nothing answers calls", sending(w, w.bob, data="0x12345678"))
    raises(Web3RPCError, "no function takes money",
           sending(w, w.bob, to=TOKEN, data=w.token.encode_abi("transfer", [TOKEN, 1])))
    raises(Web3RPCError, "transaction type not supported",
           lambda: w.w3.eth.send_raw_transaction("0x03c0"))
    raises(Web3RPCError, "malformed", lambda: w.w3.eth.send_raw_transaction("0x02c0"))


@check
def a_nonce_is_not_used_twice(w):
    nonce = w.w3.eth.get_transaction_count(w.bob.address)
    w.receipt(sending(w, w.bob, nonce=nonce)())
    raises(Web3RPCError, "nonce too low", sending(w, w.bob, nonce=nonce, value=2 * MICRO))
    raises(Web3RPCError, "nonce too low", sending(w, w.bob, nonce=nonce, gas=70_000))


@check
def a_gap_is_filled(w):
    nonce = w.w3.eth.get_transaction_count(w.keys[7].address)
    later = sending(w, w.keys[7], nonce=nonce + 1)()
    raises(TransactionNotFound, "", lambda: w.w3.eth.get_transaction_receipt(later))
    first = sending(w, w.keys[7], nonce=nonce)()
    assert w.receipt(first)["status"] == 1 and w.receipt(later)["status"] == 1


@check
def authorised_payments_are_carried(w):
    """EIP-3009, as x402's facilitator sends it: bob signs, alice carries and pays the gas."""
    now = w.w3.eth.get_block("latest")["timestamp"]
    message = {"from": w.bob.address, "to": w.carol.address, "value": 321, "validAfter": 0,
               "validBefore": now + 600, "nonce": b"\7" * 32}
    signed = w.bob.sign_typed_data(_domain(w), AUTHORISATION, message)
    abi = ABI + [
        function("transferWithAuthorization",
                 ["address", "address", "uint256", "uint256", "uint256", "bytes32", "uint8",
                  "bytes32", "bytes32"], [], view=False),
        {"type": "event", "name": "AuthorizationUsed", "anonymous": False, "inputs": [
            {"name": "authorizer", "type": "address", "indexed": True},
            {"name": "nonce", "type": "bytes32", "indexed": True}]}]
    w3 = w.signing(w.alice)
    token = w3.eth.contract(address=TOKEN, abi=abi)
    call = token.functions.transferWithAuthorization(
        *message.values(), signed.v, signed.r.to_bytes(32, "big"), signed.s.to_bytes(32, "big"))
    before = token.functions.balanceOf(w.carol.address).call()
    receipt = w.receipt(call.transact())
    assert receipt["status"] == 1
    assert token.functions.balanceOf(w.carol.address).call() == before + 321
    assert token.functions.authorizationState(w.bob.address, message["nonce"]).call() is True
    (used,) = token.events.AuthorizationUsed().process_receipt(receipt, errors=DISCARD)
    assert used["args"]["authorizer"] == w.bob.address
    raises(ContractLogicError, "authorisationUsed", lambda: call.call())


@check
def allowances_are_set_used_and_permitted(w):
    """ERC-20's approve and transferFrom, and EIP-2612's permit, signed by eth-account."""
    abi = ABI + [
        function("allowance", ["address", "address"], ["uint256"]),
        function("nonces", ["address"], ["uint256"]),
        function("approve", ["address", "uint256"], ["bool"], view=False),
        function("transferFrom", ["address", "address", "uint256"], ["bool"], view=False),
        function("permit", ["address", "address", "uint256", "uint256", "uint8", "bytes32",
                            "bytes32"], [], view=False),
        {"type": "event", "name": "Approval", "anonymous": False, "inputs": [
            {"name": "owner", "type": "address", "indexed": True},
            {"name": "spender", "type": "address", "indexed": True},
            {"name": "value", "type": "uint256", "indexed": False}]}]
    owner, spender, shop = w.keys[4], w.keys[5], w.keys[6].address
    owners = w.signing(owner).eth.contract(address=TOKEN, abi=abi)
    spenders = w.signing(spender).eth.contract(address=TOKEN, abi=abi)
    f = spenders.functions
    left = lambda: f.allowance(owner.address, spender.address).call()
    use = lambda units: f.transferFrom(owner.address, shop, units)
    raises(ContractLogicError, "allowanceTooSmall", lambda: use(1).call())
    receipt = w.receipt(owners.functions.approve(spender.address, 1_000).transact())
    (event,) = spenders.events.Approval().process_receipt(receipt)
    assert event["args"]["value"] == left() == 1_000
    before = f.balanceOf(shop).call()
    receipt = w.receipt(use(600).transact())
    (event,) = spenders.events.Transfer().process_receipt(receipt)
    assert event["args"] == {"from": owner.address, "to": shop, "value": 600}
    assert left() == 400 and f.balanceOf(shop).call() == before + 600
    raises(ContractLogicError, "allowanceTooSmall", lambda: use(401).call())

    types = {"Permit": [{"name": "owner", "type": "address"}, {"name": "spender", "type": "address"},
                        {"name": "value", "type": "uint256"}, {"name": "nonce", "type": "uint256"},
                        {"name": "deadline", "type": "uint256"}]}

    def permit(value, deadline=2**256 - 1):
        message = {"owner": owner.address, "spender": spender.address, "value": value,
                   "nonce": f.nonces(owner.address).call(), "deadline": deadline}
        signed = owner.sign_typed_data(_domain(w), types, message)
        return f.permit(owner.address, spender.address, value, deadline, signed.v,
                        signed.r.to_bytes(32, "big"), signed.s.to_bytes(32, "big"))

    raises(ContractLogicError, "permitEnded", lambda: permit(1, deadline=1).call())
    carried = permit(2**256 - 1)
    assert w.receipt(carried.transact())["status"] == 1
    assert left() == 2**256 - 1 and f.nonces(owner.address).call() == 1
    raises(ContractLogicError, "notPermitted", lambda: carried.call())
    w.receipt(use(5).transact())
    assert left() == 2**256 - 1
    w.receipt(owners.functions.approve(spender.address, 0).transact())
    raises(ContractLogicError, "allowanceTooSmall", lambda: use(1).call())


@check
def x402s_own_facilitator_settles_through_it(w):
    """x402's facilitator, which knows nothing of Tolsey, with this node for its chain."""
    network = f"eip155:{w.up['chainId']}"
    facilitator = x402FacilitatorSync()
    register_exact_evm_facilitator(
        facilitator, FacilitatorWeb3Signer(w.alice.key.hex(), w.up["rpc"]), networks=[network])
    wanted = {"scheme": "exact", "network": network, "amount": "1000", "asset": TOKEN,
              "payTo": w.carol.address, "maxTimeoutSeconds": 60,
              "extra": {"name": "Tolsey Dollar", "version": "1"}}
    until = int(time.time()) + 600
    message = {"from": w.bob.address, "to": w.carol.address, "value": 1_000, "validAfter": 0,
               "validBefore": until, "nonce": b"\x08" * 32}
    signed = w.bob.sign_typed_data(_domain(w), AUTHORISATION, message)
    payment = PaymentPayload.model_validate({
        "x402Version": 2, "accepted": wanted, "payload": {
            "signature": signed.signature.to_0x_hex(),
            "authorization": {"from": w.bob.address, "to": w.carol.address, "value": "1000",
                              "validAfter": "0", "validBefore": str(until),
                              "nonce": "0x" + "08" * 32}}})
    requirements = PaymentRequirements.model_validate(wanted)
    before = w.token.functions.balanceOf(w.carol.address).call()
    assert facilitator.verify(payment, requirements).is_valid
    settled = facilitator.settle(payment, requirements)
    assert settled.success and w.receipt(settled.transaction)["status"] == 1
    assert w.token.functions.balanceOf(w.carol.address).call() == before + 1_000
    assert not facilitator.verify(payment, requirements).is_valid


@check
def many_requests_travel_together(w):
    with w.w3.batch_requests() as batch:
        batch.add(w.w3.eth.get_balance(w.alice.address))
        batch.add(w.token.functions.symbol())
        batch.add(w.w3.eth.get_block("latest"))
        balance, symbol, block = batch.execute()
    assert symbol == "USDTOL" and balance > 0 and block["number"] > 0
    made = w.w3.provider.make_request("eth_mining", [])
    assert made["error"]["code"] == -32601


@check
def the_page_does_what_it_shows(w):
    """The block of docs/howto/use-web3.md, line by line as it stands."""
    page = Path(__file__).resolve().parents[3] / "docs/howto/use-web3.md"
    block = page.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    names = {"KEY": w.keys[5].key.hex(), "RPC": w.up["rpc"], "SHOP": w.keys[6].address,
             "print": lambda *_: None}
    exec(compile(block, str(page), "exec"), names)


def main():
    node = subprocess.Popen(
        [sys.argv[1], "up", "--port", "0", "--seed", "9", "--json"], stdout=subprocess.PIPE)
    failed = 0
    try:
        shown = json.loads(node.stdout.readline())
        world = World(shown.get("data", shown))
        for body in CHECKS:
            name = body.__name__.replace("_", " ")
            try:
                body(world)
                print(f"ok   {name}", flush=True)
            except Exception:  # whatever a check throws is that check's failure
                failed += 1
                print(f"FAIL {name}", flush=True)
                traceback.print_exc(limit=-3)
    finally:
        node.send_signal(signal.SIGINT)
        node.wait()
    sys.stderr.flush()
    print(f"{len(CHECKS) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
