"""A client of a node: a method for every route.

Made from the OpenAPI document of a node by
scripts/python-client.py; not to be edited.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from tolsey._transport import Transport
from tolsey._asking import FeedEvent, part
from tolsey.types import (
    Delivered,
    Document,
    EthereumReply,
    EthereumRequest,
    Event,
    Genesis,
    GetAccountAnswer,
    GetAccountKeyAnswer,
    GetAccountsAnswer,
    GetAccountsAnswerAccount,
    GetAuditorAnswer,
    GetAuditorsAnswer,
    GetAuditorsAnswerAuditor,
    GetBidsAnswer,
    GetBlockAnswer,
    GetChecksAnswer,
    GetDisputeAnswer,
    GetDisputesAnswer,
    GetDisputesAnswerDispute,
    GetHealthAnswer,
    GetHeldClaimsAnswer,
    GetHeldClaimsAnswerHeldClaim,
    GetIndexAnswer,
    GetLeaseAnswer,
    GetLeasesAnswer,
    GetLeasesAnswerLease,
    GetMessageAnswer,
    GetModelAnswer,
    GetModelManifestAnswer,
    GetModelsAnswer,
    GetModelsAnswerModel,
    GetOfferAnswer,
    GetOffersAnswer,
    GetOffersAnswerOffer,
    GetOrderAnswer,
    GetOrdersAnswer,
    GetOrdersAnswerOrder,
    GetPoolsAnswer,
    GetPoolsAnswerPool,
    GetRootAnswer,
    GetRunAnswer,
    GetRunMessagesAnswer,
    GetSessionAnswer,
    GetStandingBondsAnswer,
    GetStandingBondsAnswerStandingBond,
    GetStatusAnswer,
    GetSubnetsAnswer,
    GetSubnetsAnswerSubnet,
    GetTermsAnswer,
    GetTournamentsAnswer,
    GetTournamentsAnswerTournament,
    GetX402DiscoveryResourcesAnswer,
    GetX402DiscoverySearchAnswer,
    GetX402SupportedAnswer,
    PostBlobReadersAnswer,
    PostBlobReadersBody,
    PostFaucetBody,
    PostMessagesBatchAnswer,
    PostRehearsalsAnswer,
    PostRehearsalsBody,
    PostX402SettleAnswer,
    PostX402VerifyAnswer,
    PutBlobsAnswer,
    SignedMessage,
    Waiting,
)


class Client(Transport):
    """A node, by its address. Every method is a route of its HTTP API. A node that refuses
    raises `Problem`."""

    def get_health(self) -> GetHealthAnswer:
        """Whether the node makes blocks.

        `GET /health`
        """
        answer: GetHealthAnswer = self._json(
            "GET",
            "/health",
        )
        return answer

    def get_metrics(self) -> str:
        """What the node counts, for Prometheus.

        `GET /metrics`
        """
        return self._text(
            "GET",
            "/metrics",
        )

    def get_index(self) -> GetIndexAnswer:
        """The list of routes.

        `GET /api`
        """
        answer: GetIndexAnswer = self._json(
            "GET",
            "/api",
        )
        return answer

    def get_openapi_json(self) -> Document:
        """This API as an OpenAPI 3.1 document.

        `GET /api/openapi.json`
        """
        answer: Document = self._json(
            "GET",
            "/api/openapi.json",
        )
        return answer

    def get_status(self, *, at_least: int | None = None) -> GetStatusAnswer:
        """Network, operator, height, times and limits.

        `GET /api/status`

        - `at_least`: waits up to five seconds until the node has reached this height
        """
        answer: GetStatusAnswer = self._json(
            "GET",
            "/api/status",
            query=[("at-least", at_least)],
        )
        return answer

    def get_genesis(self, *, at_least: int | None = None) -> Genesis:
        """The genesis, the hash of which is the network's id.

        `GET /api/genesis`

        - `at_least`: waits up to five seconds until the node has reached this height
        """
        answer: Genesis = self._json(
            "GET",
            "/api/genesis",
            query=[("at-least", at_least)],
        )
        return answer

    def get_terms(self, *, at_least: int | None = None) -> GetTermsAnswer:
        """The terms in force, and those that come.

        `GET /api/terms`

        - `at_least`: waits up to five seconds until the node has reached this height
        """
        answer: GetTermsAnswer = self._json(
            "GET",
            "/api/terms",
            query=[("at-least", at_least)],
        )
        return answer

    def get_checks(self, *, at_least: int | None = None) -> GetChecksAnswer:
        """The checks that an order may name.

        `GET /api/checks`

        - `at_least`: waits up to five seconds until the node has reached this height
        """
        answer: GetChecksAnswer = self._json(
            "GET",
            "/api/checks",
            query=[("at-least", at_least)],
        )
        return answer

    def post_messages(
        self,
        body: SignedMessage | bytes,
        *,
        wait: bool | None = None,
    ) -> Delivered | Waiting:
        """Sends a signed message; answers when it is durable.

        `POST /api/messages`

        - `wait`: 0 answers once the door has it
        """
        answer: Delivered | Waiting = self._json(
            "POST",
            "/api/messages",
            query=[("wait", wait)],
            body=body,
            media="application/cbor",
        )
        return answer

    def post_messages_batch(self, body: bytes) -> PostMessagesBatchAnswer:
        """Sends up to 1000 messages; answers each.

        `POST /api/messages/batch`
        """
        answer: PostMessagesBatchAnswer = self._json(
            "POST",
            "/api/messages/batch",
            body=body,
            media="application/cbor",
        )
        return answer

    def get_message(
        self,
        id: str,
        *,
        at_least: int | None = None,
    ) -> GetMessageAnswer | Waiting:
        """A message, and what came of it.

        `GET /api/messages/{id}`

        - `id`: the id that the sender computed
        - `at_least`: waits up to five seconds until the node has reached this height
        """
        answer: GetMessageAnswer | Waiting = self._json(
            "GET",
            f"/api/messages/{part(id)}",
            query=[("at-least", at_least)],
        )
        return answer

    def get_message_sealed(self, id: str, *, at_least: int | None = None) -> bytes:
        """A message in its block, with what shows it offline.

        `GET /api/messages/{id}/sealed`

        - `id`: its id
        - `at_least`: waits up to five seconds until the node has reached this height
        """
        return self._bytes(
            "GET",
            f"/api/messages/{part(id)}/sealed",
            query=[("at-least", at_least)],
        )

    def get_accounts(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        at_least: int | None = None,
    ) -> GetAccountsAnswer:
        """Accounts and their balances.

        `GET /api/accounts`

        - `limit`: entries of a page; 50 where it is not said
        - `cursor`: the cursor of the page before
        - `at_least`: waits up to five seconds until the node has reached this height
        """
        answer: GetAccountsAnswer = self._json(
            "GET",
            "/api/accounts",
            query=[("limit", limit), ("cursor", cursor), ("at-least", at_least)],
        )
        return answer

    def every_accounts(
        self,
        *,
        limit: int | None = None,
        at_least: int | None = None,
    ) -> Iterator[GetAccountsAnswerAccount]:
        """The entries of `get_accounts`, of this page and all that follow."""
        cursor: str | None = None
        while True:
            page = self.get_accounts(
                limit=limit,
                cursor=cursor,
                at_least=at_least,
            )
            for entry in page["accounts"]:
                yield entry
            cursor = page["cursor"]
            if cursor is None:
                return

    def get_account(self, address: str, *, at_least: int | None = None) -> GetAccountAnswer:
        """An account: balance, next sequences, record.

        `GET /api/accounts/{address}`

        - `address`: whose account
        - `at_least`: waits up to five seconds until the node has reached this height
        """
        answer: GetAccountAnswer = self._json(
            "GET",
            f"/api/accounts/{part(address)}",
            query=[("at-least", at_least)],
        )
        return answer

    def get_account_key(
        self,
        address: str,
        *,
        at_least: int | None = None,
    ) -> GetAccountKeyAnswer:
        """The signed message by which an account published its sealing key.

        `GET /api/accounts/{address}/key`

        - `address`: whose key
        - `at_least`: waits up to five seconds until the node has reached this height
        """
        answer: GetAccountKeyAnswer = self._json(
            "GET",
            f"/api/accounts/{part(address)}/key",
            query=[("at-least", at_least)],
        )
        return answer

    def get_session(self, id: str, *, at_least: int | None = None) -> GetSessionAnswer:
        """A session: its limits, and what is used up.

        `GET /api/sessions/{id}`

        - `id`: the hash of owner and key
        - `at_least`: waits up to five seconds until the node has reached this height
        """
        answer: GetSessionAnswer = self._json(
            "GET",
            f"/api/sessions/{part(id)}",
            query=[("at-least", at_least)],
        )
        return answer

    def post_rehearsals(self, body: PostRehearsalsBody) -> PostRehearsalsAnswer:
        """What a message would do now, before anybody signs it; nothing of it happens.

        `POST /api/rehearsals`

        - signed: the client needs a `sign`
        """
        answer: PostRehearsalsAnswer = self._json(
            "POST",
            "/api/rehearsals",
            body=body,
            signed=True,
        )
        return answer

    def get_orders(
        self,
        *,
        account: str | None = None,
        model: str | None = None,
        check: Literal["open", "replicated", "disputable", "proved", "judged", "panel"] | None = None,
        state: Literal["bidding", "revealing", "closed", "drawing"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        at_least: int | None = None,
    ) -> GetOrdersAnswer:
        """Orders that are alive.

        `GET /api/orders`

        - `account`: keeps those of this buyer
        - `model`: keeps those that are about this model
        - `check`: keeps those under this check
        - `state`: keeps those in this state
        - `limit`: entries of a page; 50 where it is not said
        - `cursor`: the cursor of the page before
        - `at_least`: waits up to five seconds until the node has reached this height
        """
        answer: GetOrdersAnswer = self._json(
            "GET",
            "/api/orders",
            query=[("account", account), ("model", model), ("check", check), ("state", state),
                ("limit", limit), ("cursor", cursor), ("at-least", at_least)],
        )
        return answer

    def every_orders(
        self,
        *,
        account: str | None = None,
        model: str | None = None,
        check: Literal["open", "replicated", "disputable", "proved", "judged", "panel"] | None = None,
        state: Literal["bidding", "revealing", "closed", "drawing"] | None = None,
        limit: int | None = None,
        at_least: int | None = None,
    ) -> Iterator[GetOrdersAnswerOrder]:
        """The entries of `get_orders`, of this page and all that follow."""
        cursor: str | None = None
        while True:
            page = self.get_orders(
                account=account,
                model=model,
                check=check,
                state=state,
                limit=limit,
                cursor=cursor,
                at_least=at_least,
            )
            for entry in page["orders"]:
                yield entry
            cursor = page["cursor"]
            if cursor is None:
                return

    def get_order(self, id: str, *, at_least: int | None = None) -> GetOrderAnswer:
        """An order or a taken offer: its auction, its settled runs.

        `GET /api/orders/{id}`

        - `id`: its id, or the first letters of it
        - `at_least`: waits up to five seconds until the node has reached this height
        """
        answer: GetOrderAnswer = self._json(
            "GET",
            f"/api/orders/{part(id)}",
            query=[("at-least", at_least)],
        )
        return answer

    def get_bids(
        self,
        *,
        order: str,
        account: str | None = None,
        state: Literal["sealed", "revealed"] | None = None,
        at_least: int | None = None,
    ) -> GetBidsAnswer:
        """The bids of an order.

        `GET /api/bids`

        - `order`: whose bids
        - `account`: keeps those of this bidder
        - `state`: keeps those in this state
        - `at_least`: waits up to five seconds until the node has reached this height
        """
        answer: GetBidsAnswer = self._json(
            "GET",
            "/api/bids",
            query=[("order", order), ("account", account), ("state", state), ("at-least",
                at_least)],
        )
        return answer

    def get_offers(
        self,
        *,
        account: str | None = None,
        model: str | None = None,
        check: Literal["open", "replicated", "disputable", "proved", "judged", "panel"] | None = None,
        state: Literal["posted", "withdrawn"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        at_least: int | None = None,
    ) -> GetOffersAnswer:
        """Offers that are alive.

        `GET /api/offers`

        - `account`: keeps those of this provider
        - `model`: keeps those that are about this model
        - `check`: keeps those under this check
        - `state`: keeps those in this state
        - `limit`: entries of a page; 50 where it is not said
        - `cursor`: the cursor of the page before
        - `at_least`: waits up to five seconds until the node has reached this height
        """
        answer: GetOffersAnswer = self._json(
            "GET",
            "/api/offers",
            query=[("account", account), ("model", model), ("check", check), ("state", state),
                ("limit", limit), ("cursor", cursor), ("at-least", at_least)],
        )
        return answer

    def every_offers(
        self,
        *,
        account: str | None = None,
        model: str | None = None,
        check: Literal["open", "replicated", "disputable", "proved", "judged", "panel"] | None = None,
        state: Literal["posted", "withdrawn"] | None = None,
        limit: int | None = None,
        at_least: int | None = None,
    ) -> Iterator[GetOffersAnswerOffer]:
        """The entries of `get_offers`, of this page and all that follow."""
        cursor: str | None = None
        while True:
            page = self.get_offers(
                account=account,
                model=model,
                check=check,
                state=state,
                limit=limit,
                cursor=cursor,
                at_least=at_least,
            )
            for entry in page["offers"]:
                yield entry
            cursor = page["cursor"]
            if cursor is None:
                return

    def get_offer(self, id: str, *, at_least: int | None = None) -> GetOfferAnswer:
        """An offer.

        `GET /api/offers/{id}`

        - `id`: its id, or the first letters of it
        - `at_least`: waits up to five seconds until the node has reached this height
        """
        answer: GetOfferAnswer = self._json(
            "GET",
            f"/api/offers/{part(id)}",
            query=[("at-least", at_least)],
        )
        return answer

    def get_leases(
        self,
        *,
        account: str | None = None,
        provider: str | None = None,
        model: str | None = None,
        check: Literal["open", "replicated", "disputable", "proved", "judged", "panel"] | None = None,
        state: Literal["awarded", "funded", "running"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        at_least: int | None = None,
    ) -> GetLeasesAnswer:
        """Leases that are alive.

        `GET /api/leases`

        - `account`: keeps those of this buyer
        - `provider`: keeps those in which this provider has a seat, or stands by for one
        - `model`: keeps those that are about this model
        - `check`: keeps those under this check
        - `state`: keeps those in this state
        - `limit`: entries of a page; 50 where it is not said
        - `cursor`: the cursor of the page before
        - `at_least`: waits up to five seconds until the node has reached this height
        """
        answer: GetLeasesAnswer = self._json(
            "GET",
            "/api/leases",
            query=[("account", account), ("provider", provider), ("model", model), ("check",
                check), ("state", state), ("limit", limit), ("cursor", cursor), ("at-least",
                at_least)],
        )
        return answer

    def every_leases(
        self,
        *,
        account: str | None = None,
        provider: str | None = None,
        model: str | None = None,
        check: Literal["open", "replicated", "disputable", "proved", "judged", "panel"] | None = None,
        state: Literal["awarded", "funded", "running"] | None = None,
        limit: int | None = None,
        at_least: int | None = None,
    ) -> Iterator[GetLeasesAnswerLease]:
        """The entries of `get_leases`, of this page and all that follow."""
        cursor: str | None = None
        while True:
            page = self.get_leases(
                account=account,
                provider=provider,
                model=model,
                check=check,
                state=state,
                limit=limit,
                cursor=cursor,
                at_least=at_least,
            )
            for entry in page["leases"]:
                yield entry
            cursor = page["cursor"]
            if cursor is None:
                return

    def get_lease(self, id: str, *, at_least: int | None = None) -> GetLeaseAnswer:
        """A lease, its runs, its settled runs.

        `GET /api/leases/{id}`

        - `id`: its id, or the first letters of it
        - `at_least`: waits up to five seconds until the node has reached this height
        """
        answer: GetLeaseAnswer = self._json(
            "GET",
            f"/api/leases/{part(id)}",
            query=[("at-least", at_least)],
        )
        return answer

    def get_run(self, id: str, *, at_least: int | None = None) -> GetRunAnswer:
        """A run, or how it was settled.

        `GET /api/runs/{id}`

        - `id`: its id, or the first letters of it
        - `at_least`: waits up to five seconds until the node has reached this height
        """
        answer: GetRunAnswer = self._json(
            "GET",
            f"/api/runs/{part(id)}",
            query=[("at-least", at_least)],
        )
        return answer

    def get_standing_bonds(
        self,
        *,
        account: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        at_least: int | None = None,
    ) -> GetStandingBondsAnswer:
        """Bonds behind doors that sell by voucher.

        `GET /api/standing-bonds`

        - `account`: keeps those of this seller
        - `limit`: entries of a page; 50 where it is not said
        - `cursor`: the cursor of the page before
        - `at_least`: waits up to five seconds until the node has reached this height
        """
        answer: GetStandingBondsAnswer = self._json(
            "GET",
            "/api/standing-bonds",
            query=[("account", account), ("limit", limit), ("cursor", cursor), ("at-least",
                at_least)],
        )
        return answer

    def every_standing_bonds(
        self,
        *,
        account: str | None = None,
        limit: int | None = None,
        at_least: int | None = None,
    ) -> Iterator[GetStandingBondsAnswerStandingBond]:
        """The entries of `get_standing_bonds`, of this page and all that follow."""
        cursor: str | None = None
        while True:
            page = self.get_standing_bonds(
                account=account,
                limit=limit,
                cursor=cursor,
                at_least=at_least,
            )
            for entry in page["standingBonds"]:
                yield entry
            cursor = page["cursor"]
            if cursor is None:
                return

    def get_held_claims(
        self,
        *,
        account: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        at_least: int | None = None,
    ) -> GetHeldClaimsAnswer:
        """Claims of vouchers that are under audit.

        `GET /api/held-claims`

        - `account`: keeps those of this seller
        - `limit`: entries of a page; 50 where it is not said
        - `cursor`: the cursor of the page before
        - `at_least`: waits up to five seconds until the node has reached this height
        """
        answer: GetHeldClaimsAnswer = self._json(
            "GET",
            "/api/held-claims",
            query=[("account", account), ("limit", limit), ("cursor", cursor), ("at-least",
                at_least)],
        )
        return answer

    def every_held_claims(
        self,
        *,
        account: str | None = None,
        limit: int | None = None,
        at_least: int | None = None,
    ) -> Iterator[GetHeldClaimsAnswerHeldClaim]:
        """The entries of `get_held_claims`, of this page and all that follow."""
        cursor: str | None = None
        while True:
            page = self.get_held_claims(
                account=account,
                limit=limit,
                cursor=cursor,
                at_least=at_least,
            )
            for entry in page["heldClaims"]:
                yield entry
            cursor = page["cursor"]
            if cursor is None:
                return

    def get_channel_claim(self, channel: str, *, at: int, at_least: int | None = None) -> bytes:
        """The claim that paid for a millionth of a channel, with its proofs.

        `GET /api/channels/{channel}/claim`

        - `channel`: its id
        - `at`: which millionth, from 0
        - `at_least`: waits up to five seconds until the node has reached this height
        """
        return self._bytes(
            "GET",
            f"/api/channels/{part(channel)}/claim",
            query=[("at", at), ("at-least", at_least)],
        )

    def get_subnets(
        self,
        *,
        owner: str | None = None,
        state: Literal["open", "closing", "closed"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        at_least: int | None = None,
    ) -> GetSubnetsAnswer:
        """Subnets, in the order of their numbers.

        `GET /api/subnets`

        - `owner`: keeps those of this owner
        - `state`: keeps those in this state
        - `limit`: entries of a page; 50 where it is not said
        - `cursor`: the cursor of the page before
        - `at_least`: waits up to five seconds until the node has reached this height
        """
        answer: GetSubnetsAnswer = self._json(
            "GET",
            "/api/subnets",
            query=[("owner", owner), ("state", state), ("limit", limit), ("cursor", cursor),
                ("at-least", at_least)],
        )
        return answer

    def every_subnets(
        self,
        *,
        owner: str | None = None,
        state: Literal["open", "closing", "closed"] | None = None,
        limit: int | None = None,
        at_least: int | None = None,
    ) -> Iterator[GetSubnetsAnswerSubnet]:
        """The entries of `get_subnets`, of this page and all that follow."""
        cursor: str | None = None
        while True:
            page = self.get_subnets(
                owner=owner,
                state=state,
                limit=limit,
                cursor=cursor,
                at_least=at_least,
            )
            for entry in page["subnets"]:
                yield entry
            cursor = page["cursor"]
            if cursor is None:
                return

    def get_pools(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        at_least: int | None = None,
    ) -> GetPoolsAnswer:
        """Pools of subnets' own assets, in the order of the subnets' numbers.

        `GET /api/pools`

        - `limit`: entries of a page; 50 where it is not said
        - `cursor`: the cursor of the page before
        - `at_least`: waits up to five seconds until the node has reached this height
        """
        answer: GetPoolsAnswer = self._json(
            "GET",
            "/api/pools",
            query=[("limit", limit), ("cursor", cursor), ("at-least", at_least)],
        )
        return answer

    def every_pools(
        self,
        *,
        limit: int | None = None,
        at_least: int | None = None,
    ) -> Iterator[GetPoolsAnswerPool]:
        """The entries of `get_pools`, of this page and all that follow."""
        cursor: str | None = None
        while True:
            page = self.get_pools(
                limit=limit,
                cursor=cursor,
                at_least=at_least,
            )
            for entry in page["pools"]:
                yield entry
            cursor = page["cursor"]
            if cursor is None:
                return

    def get_root(self, *, at_least: int | None = None) -> GetRootAnswer:
        """The root fund, which subnets with a pool share.

        `GET /api/root`

        - `at_least`: waits up to five seconds until the node has reached this height
        """
        answer: GetRootAnswer = self._json(
            "GET",
            "/api/root",
            query=[("at-least", at_least)],
        )
        return answer

    def get_tournaments(
        self,
        *,
        owner: str | None = None,
        state: Literal["open", "waiting", "scoring", "paid", "void"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        at_least: int | None = None,
    ) -> GetTournamentsAnswer:
        """Tournaments, in the order of their numbers.

        `GET /api/tournaments`

        - `owner`: keeps those of this owner
        - `state`: keeps those in this state
        - `limit`: entries of a page; 50 where it is not said
        - `cursor`: the cursor of the page before
        - `at_least`: waits up to five seconds until the node has reached this height
        """
        answer: GetTournamentsAnswer = self._json(
            "GET",
            "/api/tournaments",
            query=[("owner", owner), ("state", state), ("limit", limit), ("cursor", cursor),
                ("at-least", at_least)],
        )
        return answer

    def every_tournaments(
        self,
        *,
        owner: str | None = None,
        state: Literal["open", "waiting", "scoring", "paid", "void"] | None = None,
        limit: int | None = None,
        at_least: int | None = None,
    ) -> Iterator[GetTournamentsAnswerTournament]:
        """The entries of `get_tournaments`, of this page and all that follow."""
        cursor: str | None = None
        while True:
            page = self.get_tournaments(
                owner=owner,
                state=state,
                limit=limit,
                cursor=cursor,
                at_least=at_least,
            )
            for entry in page["tournaments"]:
                yield entry
            cursor = page["cursor"]
            if cursor is None:
                return

    def get_auditors(
        self,
        *,
        model: str | None = None,
        state: Literal["ready", "leaving"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        at_least: int | None = None,
    ) -> GetAuditorsAnswer:
        """Who stands ready to do runs again.

        `GET /api/auditors`

        - `model`: keeps those who can redo this model
        - `state`: keeps those in this state
        - `limit`: entries of a page; 50 where it is not said
        - `cursor`: the cursor of the page before
        - `at_least`: waits up to five seconds until the node has reached this height
        """
        answer: GetAuditorsAnswer = self._json(
            "GET",
            "/api/auditors",
            query=[("model", model), ("state", state), ("limit", limit), ("cursor", cursor),
                ("at-least", at_least)],
        )
        return answer

    def every_auditors(
        self,
        *,
        model: str | None = None,
        state: Literal["ready", "leaving"] | None = None,
        limit: int | None = None,
        at_least: int | None = None,
    ) -> Iterator[GetAuditorsAnswerAuditor]:
        """The entries of `get_auditors`, of this page and all that follow."""
        cursor: str | None = None
        while True:
            page = self.get_auditors(
                model=model,
                state=state,
                limit=limit,
                cursor=cursor,
                at_least=at_least,
            )
            for entry in page["auditors"]:
                yield entry
            cursor = page["cursor"]
            if cursor is None:
                return

    def get_auditor(self, address: str, *, at_least: int | None = None) -> GetAuditorAnswer:
        """An auditor: its bond, and what it can redo.

        `GET /api/auditors/{address}`

        - `address`: whose stand
        - `at_least`: waits up to five seconds until the node has reached this height
        """
        answer: GetAuditorAnswer = self._json(
            "GET",
            f"/api/auditors/{part(address)}",
            query=[("at-least", at_least)],
        )
        return answer

    def get_models(
        self,
        *,
        account: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        at_least: int | None = None,
    ) -> GetModelsAnswer:
        """Published models.

        `GET /api/models`

        - `account`: keeps those of this publisher
        - `limit`: entries of a page; 50 where it is not said
        - `cursor`: the cursor of the page before
        - `at_least`: waits up to five seconds until the node has reached this height
        """
        answer: GetModelsAnswer = self._json(
            "GET",
            "/api/models",
            query=[("account", account), ("limit", limit), ("cursor", cursor), ("at-least",
                at_least)],
        )
        return answer

    def every_models(
        self,
        *,
        account: str | None = None,
        limit: int | None = None,
        at_least: int | None = None,
    ) -> Iterator[GetModelsAnswerModel]:
        """The entries of `get_models`, of this page and all that follow."""
        cursor: str | None = None
        while True:
            page = self.get_models(
                account=account,
                limit=limit,
                cursor=cursor,
                at_least=at_least,
            )
            for entry in page["models"]:
                yield entry
            cursor = page["cursor"]
            if cursor is None:
                return

    def get_model(self, id: str, *, at_least: int | None = None) -> GetModelAnswer:
        """The card of a published model.

        `GET /api/models/{id}`

        - `id`: the hash of its manifest
        - `at_least`: waits up to five seconds until the node has reached this height
        """
        answer: GetModelAnswer = self._json(
            "GET",
            f"/api/models/{part(id)}",
            query=[("at-least", at_least)],
        )
        return answer

    def get_model_manifest(
        self,
        id: str,
        *,
        at_least: int | None = None,
    ) -> GetModelManifestAnswer:
        """The canonical manifest of a published model.

        `GET /api/models/{id}/manifest`

        - `id`: the hash of its manifest
        - `at_least`: waits up to five seconds until the node has reached this height
        """
        answer: GetModelManifestAnswer = self._json(
            "GET",
            f"/api/models/{part(id)}/manifest",
            query=[("at-least", at_least)],
        )
        return answer

    def get_disputes(
        self,
        *,
        after: int | None = None,
        account: str | None = None,
        provider: str | None = None,
        party: str | None = None,
        run: str | None = None,
        state: Literal["open", "won", "lost", "stopped"] | None = None,
        cursor: str | None = None,
        at_least: int | None = None,
    ) -> GetDisputesAnswer:
        """Games in the order in which they began.

        `GET /api/disputes`

        - `after`: those that began after this block
        - `account`: keeps those of this challenger
        - `provider`: keeps those against this provider
        - `party`: keeps those of this challenger or against this provider
        - `run`: keeps those about this run: its id, or the start of it
        - `state`: keeps those in this state
        - `cursor`: the cursor of the page before
        - `at_least`: waits up to five seconds until the node has reached this height
        """
        answer: GetDisputesAnswer = self._json(
            "GET",
            "/api/disputes",
            query=[("after", after), ("account", account), ("provider", provider), ("party",
                party), ("run", run), ("state", state), ("cursor", cursor), ("at-least",
                at_least)],
        )
        return answer

    def every_disputes(
        self,
        *,
        after: int | None = None,
        account: str | None = None,
        provider: str | None = None,
        party: str | None = None,
        run: str | None = None,
        state: Literal["open", "won", "lost", "stopped"] | None = None,
        at_least: int | None = None,
    ) -> Iterator[GetDisputesAnswerDispute]:
        """The entries of `get_disputes`, of this page and all that follow."""
        cursor: str | None = None
        while True:
            page = self.get_disputes(
                after=after,
                account=account,
                provider=provider,
                party=party,
                run=run,
                state=state,
                cursor=cursor,
                at_least=at_least,
            )
            for entry in page["disputes"]:
                yield entry
            cursor = page["cursor"]
            if cursor is None:
                return

    def get_dispute(self, id: str, *, at_least: int | None = None) -> GetDisputeAnswer:
        """A game: how far it is, or how it ended.

        `GET /api/disputes/{id}`

        - `id`: its id, or the first letters of it
        - `at_least`: waits up to five seconds until the node has reached this height
        """
        answer: GetDisputeAnswer = self._json(
            "GET",
            f"/api/disputes/{part(id)}",
            query=[("at-least", at_least)],
        )
        return answer

    def get_run_messages(self, id: str, *, at_least: int | None = None) -> GetRunMessagesAnswer:
        """The messages about a run, as they were signed.

        `GET /api/runs/{id}/messages`

        - `id`: its id, or the first letters of it
        - `at_least`: waits up to five seconds until the node has reached this height
        """
        answer: GetRunMessagesAnswer = self._json(
            "GET",
            f"/api/runs/{part(id)}/messages",
            query=[("at-least", at_least)],
        )
        return answer

    def get_block(self, height: int, *, at_least: int | None = None) -> GetBlockAnswer:
        """A block: header, messages, outcomes, events.

        `GET /api/blocks/{height}`

        - `height`: its height
        - `at_least`: waits up to five seconds until the node has reached this height
        """
        answer: GetBlockAnswer = self._json(
            "GET",
            f"/api/blocks/{part(height)}",
            query=[("at-least", at_least)],
        )
        return answer

    def get_receipt(self, id: str, *, at_least: int | None = None) -> bytes:
        """The receipt file of a settled run.

        `GET /api/receipts/{id}`

        - `id`: the run, or the road that has one run only
        - `at_least`: waits up to five seconds until the node has reached this height
        """
        return self._bytes(
            "GET",
            f"/api/receipts/{part(id)}",
            query=[("at-least", at_least)],
        )

    def get_events(
        self,
        *,
        after: str | None = None,
        name: Sequence[str] | None = None,
        account: Sequence[str] | None = None,
        object: Sequence[str] | None = None,
        wait: bool | None = None,
        last_event_id: str | None = None,
    ) -> Iterator[FeedEvent]:
        """The feed: what happens, as server-sent events.

        `GET /api/events`

        - `after`: begins after this place; without it, with the next block
        - `name`: keeps events of these names
        - `account`: keeps events of these accounts
        - `object`: keeps events of these objects; whole ids
        - `wait`: 0 ends the feed where nothing more is known
        - `last_event_id`: stands for after when a reader comes back
        """
        return self._feed(
            "GET",
            "/api/events",
            query=[("after", after), ("name", name), ("account", account), ("object", object),
                ("wait", wait)],
            headers=[("Last-Event-ID", last_event_id)],
        )

    def put_blobs(
        self,
        body: bytes,
        *,
        readers: Sequence[str] | None = None,
        public: bool | None = None,
    ) -> PutBlobsAnswer:
        """Stores a blob; signed by its owner.

        `PUT /api/blobs`

        - `readers`: who may read it beside the owner
        - `public`: 1 lets anybody read it who signs for it
        - signed: the client needs a `sign`
        """
        answer: PutBlobsAnswer = self._json(
            "PUT",
            "/api/blobs",
            query=[("readers", readers), ("public", public)],
            body=body,
            media="application/octet-stream",
            signed=True,
        )
        return answer

    def get_blob(self, root: str, *, for_: str | None = None) -> bytes:
        """A blob, for those it is for; signed.

        `GET /api/blobs/{root}`

        - `root`: its root
        - `for_`: whose reading it is, where the signer has a session of it
        - signed: the client needs a `sign`
        """
        return self._bytes(
            "GET",
            f"/api/blobs/{part(root)}",
            query=[("for", for_)],
            signed=True,
        )

    def post_blob_readers(self, root: str, body: PostBlobReadersBody) -> PostBlobReadersAnswer:
        """Lets others read a blob; signed by its owner.

        `POST /api/blobs/{root}/readers`

        - `root`: its root
        - signed: the client needs a `sign`
        """
        answer: PostBlobReadersAnswer = self._json(
            "POST",
            f"/api/blobs/{part(root)}/readers",
            body=body,
            signed=True,
        )
        return answer

    def post_faucet(self, body: PostFaucetBody) -> Delivered:
        """Test money for an address, once a day.

        `POST /api/faucet`
        """
        answer: Delivered = self._json(
            "POST",
            "/api/faucet",
            body=body,
        )
        return answer

    def post_rpc(
        self,
        body: EthereumRequest | list[EthereumRequest],
    ) -> EthereumReply | list[EthereumReply]:
        """Ethereum's JSON-RPC, for wallets and web3 libraries; a request, or up to 100 at once.

        `POST /rpc`
        """
        answer: EthereumReply | list[EthereumReply] = self._json(
            "POST",
            "/rpc",
            body=body,
        )
        return answer

    def get_x402_supported(self) -> GetX402SupportedAnswer:
        """What this facilitator settles (x402 version 2).

        `GET /x402/supported`
        """
        answer: GetX402SupportedAnswer = self._json(
            "GET",
            "/x402/supported",
        )
        return answer

    def post_x402_verify(self, body: dict[str, Any]) -> PostX402VerifyAnswer:
        """Whether a payment would settle now.

        `POST /x402/verify`
        """
        answer: PostX402VerifyAnswer = self._json(
            "POST",
            "/x402/verify",
            body=body,
        )
        return answer

    def post_x402_settle(self, body: dict[str, Any]) -> PostX402SettleAnswer:
        """Carries a payment to the ledger; the same one again gets the same transaction.

        `POST /x402/settle`
        """
        answer: PostX402SettleAnswer = self._json(
            "POST",
            "/x402/settle",
            body=body,
        )
        return answer

    def get_x402_discovery_resources(
        self,
        *,
        type: str | None = None,
        pay_to: str | None = None,
        scheme: str | None = None,
        network: str | None = None,
        extensions: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> GetX402DiscoveryResourcesAnswer:
        """Resources that were paid through here.

        `GET /x402/discovery/resources`

        - `type`: the kind of resource
        - `pay_to`: who is paid
        - `scheme`: how it is paid
        - `network`: where it is paid
        - `extensions`: an extension that it has
        - `limit`: how many at most
        - `offset`: how many to leave out
        """
        answer: GetX402DiscoveryResourcesAnswer = self._json(
            "GET",
            "/x402/discovery/resources",
            query=[("type", type), ("payTo", pay_to), ("scheme", scheme), ("network", network),
                ("extensions", extensions), ("limit", limit), ("offset", offset)],
        )
        return answer

    def get_x402_discovery_search(
        self,
        *,
        query: str,
        type: str | None = None,
        pay_to: str | None = None,
        scheme: str | None = None,
        network: str | None = None,
        extensions: str | None = None,
        limit: int | None = None,
    ) -> GetX402DiscoverySearchAnswer:
        """Resources by words of their description.

        `GET /x402/discovery/search`

        - `query`: words that all occur
        - `type`: the kind of resource
        - `pay_to`: who is paid
        - `scheme`: how it is paid
        - `network`: where it is paid
        - `extensions`: an extension that it has
        - `limit`: how many at most
        """
        answer: GetX402DiscoverySearchAnswer = self._json(
            "GET",
            "/x402/discovery/search",
            query=[("query", query), ("type", type), ("payTo", pay_to), ("scheme", scheme),
                ("network", network), ("extensions", extensions), ("limit", limit)],
        )
        return answer
