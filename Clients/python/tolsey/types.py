"""What a node answers and takes, by its names.

Made from the OpenAPI document of a node by
scripts/python-client.py; not to be edited.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict


AcceptRun = TypedDict(
    "AcceptRun",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "run": "RunKey",
    },
)


class AcceptRunMessage(TypedDict):
    kind: Literal["AcceptRun"]
    content: AcceptRun


class Account(TypedDict):
    operator: str
    isConfirmed: bool
    sealingKey: str
    opened: int


AmendTerms = TypedDict(
    "AmendTerms",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "terms": "Terms",
    },
)


class AmendTermsMessage(TypedDict):
    kind: Literal["AmendTerms"]
    content: AmendTerms


Approve = TypedDict(
    "Approve",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "spender": "str",
        "amount": "int",
    },
)


class ApproveMessage(TypedDict):
    kind: Literal["Approve"]
    content: Approve


class AssetPool(TypedDict):
    seeder: str
    seeded: int
    fee: int
    dollars: int
    own: int
    seedDollars: int
    seedOwn: int
    average: Wide
    read: int
    sum: Wide
    watched: int
    touched: int
    ends: int
    isOver: bool
    taken: int
    fed: int


class Auditor(TypedDict):
    subjects: list[str]
    bond: int
    tied: int
    open: int
    since: int
    owner: str
    leaves: int
    past: list[PastStand]
    dropped: list[str]


class Authorisation(TypedDict):
    kind: int
    signature: str


class Bid(TypedDict):
    id: str
    seal: str
    bond: int
    revealed: bool
    price: int
    owner: str
    weight: int


class BlockAnswer(TypedDict):
    height: int
    id: str
    header: Header
    signature: str
    messages: list[BlockAnswerMessage]
    settled: list[SettledRun]
    events: list[Event]


class BlockAnswerMessage(TypedDict):
    id: str
    outcome: Outcome


BuyAsset = TypedDict(
    "BuyAsset",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "subnet": "int",
        "dollars": "int",
        "least": "int",
    },
)


class BuyAssetMessage(TypedDict):
    kind: Literal["BuyAsset"]
    content: BuyAsset


CancelAuthorisation = TypedDict(
    "CancelAuthorisation",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "payer": "str",
        "nonce": "str",
        "signature": "str",
    },
)


class CancelAuthorisationMessage(TypedDict):
    kind: Literal["CancelAuthorisation"]
    content: CancelAuthorisation


CancelOrder = TypedDict(
    "CancelOrder",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "order": "str",
    },
)


class CancelOrderMessage(TypedDict):
    kind: Literal["CancelOrder"]
    content: CancelOrder


CarryPermit = TypedDict(
    "CarryPermit",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "owner": "str",
        "spender": "str",
        "value": "str",
        "deadline": "str",
        "signature": "str",
    },
)


class CarryPermitMessage(TypedDict):
    kind: Literal["CarryPermit"]
    content: CarryPermit


ChallengeRun = TypedDict(
    "ChallengeRun",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "run": "RunKey",
        "answer": "str",
    },
)


class ChallengeRunMessage(TypedDict):
    kind: Literal["ChallengeRun"]
    content: ChallengeRun


class ChannelConfig(TypedDict):
    payer: str
    payerAuthorizer: str
    receiver: str
    receiverAuthorizer: str
    token: str
    withdrawDelay: str
    salt: str


class CheckTerms(TypedDict):
    kind: str
    numbers: list[Number]


ClaimVouchers = TypedDict(
    "ClaimVouchers",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "claims": "list[VoucherClaim]",
        "root": "str",
        "signature": "str",
    },
)


class ClaimVouchersMessage(TypedDict):
    kind: Literal["ClaimVouchers"]
    content: ClaimVouchers


CloseLease = TypedDict(
    "CloseLease",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "lease": "str",
    },
)


class CloseLeaseMessage(TypedDict):
    kind: Literal["CloseLease"]
    content: CloseLease


CloseSubnet = TypedDict(
    "CloseSubnet",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "subnet": "int",
    },
)


class CloseSubnetMessage(TypedDict):
    kind: Literal["CloseSubnet"]
    content: CloseSubnet


CloseTopic = TypedDict(
    "CloseTopic",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "topic": "int",
    },
)


class CloseTopicMessage(TypedDict):
    kind: Literal["CloseTopic"]
    content: CloseTopic


CollectDividends = TypedDict(
    "CollectDividends",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "subnet": "int",
        "validator": "str",
    },
)


class CollectDividendsMessage(TypedDict):
    kind: Literal["CollectDividends"]
    content: CollectDividends


CollectTolls = TypedDict(
    "CollectTolls",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "to": "str",
        "amount": "int",
    },
)


class CollectTollsMessage(TypedDict):
    kind: Literal["CollectTolls"]
    content: CollectTolls


class Content(TypedDict):
    root: str
    blob: str
    size: int
    keyHash: str
    custody: Custody


ContestProof = TypedDict(
    "ContestProof",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "run": "RunKey",
        "salt": "str",
        "input": "str",
    },
)


class ContestProofMessage(TypedDict):
    kind: Literal["ContestProof"]
    content: ContestProof


CreateSubnet = TypedDict(
    "CreateSubnet",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "name": "str",
        "parameters": "SubnetParameters",
        "most": "int",
    },
)


class CreateSubnetMessage(TypedDict):
    kind: Literal["CreateSubnet"]
    content: CreateSubnet


CreateTopic = TypedDict(
    "CreateTopic",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "name": "str",
        "question": "str",
        "rules": "TopicRules",
        "most": "int",
    },
)


class CreateTopicMessage(TypedDict):
    kind: Literal["CreateTopic"]
    content: CreateTopic


CreateTournament = TypedDict(
    "CreateTournament",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "name": "str",
        "rules": "TournamentRules",
        "source": "TruthSource",
        "purse": "int",
    },
)


class CreateTournamentMessage(TypedDict):
    kind: Literal["CreateTournament"]
    content: CreateTournament


class Custody(TypedDict):
    custodian: str
    signature: str


Declare = TypedDict(
    "Declare",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "operator": "str",
        "member": "str",
        "isWithdrawn": "bool",
    },
)


class DeclareMessage(TypedDict):
    kind: Literal["Declare"]
    content: Declare


class Delivered(TypedDict):
    height: int
    """The block that the answer reflects."""
    id: str
    outcome: Outcome


DemandKey = TypedDict(
    "DemandKey",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "run": "RunKey",
    },
)


class DemandKeyMessage(TypedDict):
    kind: Literal["DemandKey"]
    content: DemandKey


DepositToChannel = TypedDict(
    "DepositToChannel",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "channel": "ChannelConfig",
        "amount": "int",
        "validAfter": "int",
        "validBefore": "int",
        "salt": "str",
        "signature": "str",
    },
)


class DepositToChannelMessage(TypedDict):
    kind: Literal["DepositToChannel"]
    content: DepositToChannel


class Dispute(TypedDict):
    key: GameKey
    isAuditor: bool
    isSeat: bool
    isOver: bool
    isLost: bool
    endedAt: int
    bond: int
    began: int
    rootIndex: int
    picks: str
    disputed: str
    before: str
    since: int
    deadline: int
    defenderLeft: int
    challengerLeft: int
    tolls: int
    previous: str


Document: TypeAlias = "dict[str, Any]"


DrainPool = TypedDict(
    "DrainPool",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "subnet": "int",
    },
)


class DrainPoolMessage(TypedDict):
    kind: Literal["DrainPool"]
    content: DrainPool


DrawAudit = TypedDict(
    "DrawAudit",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "run": "RunKey",
        "salt": "str",
    },
)


class DrawAuditMessage(TypedDict):
    kind: Literal["DrawAudit"]
    content: DrawAudit


DrawSeats = TypedDict(
    "DrawSeats",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "order": "str",
        "salt": "str",
    },
)


class DrawSeatsMessage(TypedDict):
    kind: Literal["DrawSeats"]
    content: DrawSeats


EnterTournament = TypedDict(
    "EnterTournament",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "tournament": "int",
        "seal": "str",
        "stake": "int",
    },
)


class EnterTournamentMessage(TypedDict):
    kind: Literal["EnterTournament"]
    content: EnterTournament


EthereumReply: TypeAlias = "dict[str, Any]"


EthereumRequest: TypeAlias = "dict[str, Any]"


class Event(TypedDict):
    name: str
    subject: str
    order: str
    lease: str
    parties: list[str]
    objects: list[str]
    numbers: list[Number]


class Evidence(TypedDict):
    output: Content
    units: int


class Frame(TypedDict):
    id: NotRequired[str]
    """A place in the feed, to come back to."""
    event: NotRequired[Literal["message"]]
    """The standard's default."""
    data: NotRequired[str]
    """An Event as JSON, with height and index before its fields."""


FundRoot = TypedDict(
    "FundRoot",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "amount": "int",
    },
)


class FundRootMessage(TypedDict):
    kind: Literal["FundRoot"]
    content: FundRoot


FundSubnet = TypedDict(
    "FundSubnet",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "subnet": "int",
        "perEpoch": "int",
        "epochs": "int",
    },
)


class FundSubnetMessage(TypedDict):
    kind: Literal["FundSubnet"]
    content: FundSubnet


FundTopic = TypedDict(
    "FundTopic",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "topic": "int",
        "perEpoch": "int",
        "epochs": "int",
    },
)


class FundTopicMessage(TypedDict):
    kind: Literal["FundTopic"]
    content: FundTopic


FundTournament = TypedDict(
    "FundTournament",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "tournament": "int",
        "amount": "int",
    },
)


class FundTournamentMessage(TypedDict):
    kind: Literal["FundTournament"]
    content: FundTournament


class Game(TypedDict):
    kind: int
    state: str


class GameKey(TypedDict):
    run: RunKey
    answer: str
    challenger: str


class Genesis(TypedDict):
    format: int
    chainId: int
    time: int
    operator: str
    custodians: list[str]
    terms: Terms
    assets: list[GenesisAsset]
    funds: list[GenesisFund]
    beacon: str
    anchor: str


class GenesisAsset(TypedDict):
    asset: int
    name: str
    decimals: int


class GenesisFund(TypedDict):
    account: str
    asset: int
    amount: int


class GetAccountAnswer(TypedDict):
    height: int
    """The block that the answer reflects."""
    address: str
    open: bool
    balance: int
    lanes: list[GetAccountAnswerLane]
    account: NotRequired[Account]
    record: NotRequired[Record]


class GetAccountAnswerLane(TypedDict):
    lane: int
    next: int


class GetAccountKeyAnswer(TypedDict):
    height: int
    """The block that the answer reflects."""
    signed: str


class GetAccountsAnswer(TypedDict):
    height: int
    """The block that the answer reflects."""
    accounts: list[GetAccountsAnswerAccount]
    cursor: str | None
    """What asks for the next page; null at the end."""


class GetAccountsAnswerAccount(TypedDict):
    address: str
    balance: int


class GetAuditorAnswer(TypedDict):
    height: int
    """The block that the answer reflects."""
    address: str
    auditor: Auditor


class GetAuditorsAnswer(TypedDict):
    height: int
    """The block that the answer reflects."""
    auditors: list[GetAuditorsAnswerAuditor]
    cursor: str | None
    """What asks for the next page; null at the end."""


class GetAuditorsAnswerAuditor(TypedDict):
    address: str
    auditor: Auditor


class GetBidsAnswer(TypedDict):
    height: int
    """The block that the answer reflects."""
    bids: list[GetBidsAnswerBid]


class GetBidsAnswerBid(TypedDict):
    id: str
    bidder: str
    bid: Bid


class GetBlockAnswer(TypedDict):
    height: int
    """The block that the answer reflects."""
    block: BlockAnswer


class GetChecksAnswer(TypedDict):
    height: int
    """The block that the answer reflects."""
    checks: list[GetChecksAnswerCheck]


class GetChecksAnswerCheck(TypedDict):
    name: str
    numbers: list[str]
    promise: str


class GetDisputeAnswer(TypedDict):
    height: int
    id: str
    digest: str
    run: str
    challenger: str
    providers: list[str]
    bond: int
    began: int
    """The block of its beginning."""
    state: Literal["open", "won", "lost", "stopped"]
    """By the challenger's side."""
    reason: str
    ended: NotRequired[int]
    dispute: NotRequired[Dispute]
    root: NotRequired[str]
    opening: NotRequired[Opening]


class GetDisputesAnswer(TypedDict):
    height: int
    """The block that the answer reflects."""
    disputes: list[GetDisputesAnswerDispute]
    through: int
    """Ask again after this block."""
    cursor: str | None
    """Null at the end."""


class GetDisputesAnswerDispute(TypedDict):
    id: str
    digest: str
    run: str
    challenger: str
    providers: list[str]
    bond: int
    began: int
    """The block of its beginning."""
    state: Literal["open", "won", "lost", "stopped"]
    """By the challenger's side."""
    reason: str
    ended: NotRequired[int]


class GetHealthAnswer(TypedDict):
    height: int
    """The block that the answer reflects."""
    ok: bool
    listed: NotRequired[int]
    """The last block that the lists know."""
    behind: NotRequired[int]
    """Blocks that the lists have yet to take in."""


class GetHeldClaimsAnswer(TypedDict):
    height: int
    """The block that the answer reflects."""
    heldClaims: list[GetHeldClaimsAnswerHeldClaim]
    cursor: str | None
    """What asks for the next page; null at the end."""


class GetHeldClaimsAnswerHeldClaim(TypedDict):
    id: str
    claim: HeldClaim


class GetIndexAnswer(TypedDict):
    height: int
    """The block that the answer reflects."""
    routes: list[GetIndexAnswerRoute]


class GetIndexAnswerRoute(TypedDict):
    method: str
    path: str
    answer: str


class GetLeaseAnswer(TypedDict):
    height: int
    """The block that the answer reflects."""
    id: str
    digest: str
    alive: bool
    lease: NotRequired[Lease]
    runs: NotRequired[list[GetLeaseAnswerRun]]
    settled: list[GetLeaseAnswerSettledItem]


class GetLeaseAnswerRun(TypedDict):
    id: str
    index: int
    run: Run


class GetLeaseAnswerSettledItem(TypedDict):
    height: int
    run: SettledRun


class GetLeasesAnswer(TypedDict):
    height: int
    """The block that the answer reflects."""
    leases: list[GetLeasesAnswerLease]
    cursor: str | None
    """What asks for the next page; null at the end."""


class GetLeasesAnswerLease(TypedDict):
    id: str
    digest: str
    lease: Lease


class GetMessageAnswer(TypedDict):
    height: int
    """The block that the answer reflects."""
    id: str
    outcome: Outcome
    message: Message
    authorisation: Authorisation


class GetModelAnswer(TypedDict):
    height: int
    """The block that the answer reflects."""
    model: str
    card: ModelCard


class GetModelManifestAnswer(TypedDict):
    height: int
    """The block that the answer reflects."""
    manifest: str


class GetModelsAnswer(TypedDict):
    height: int
    """The block that the answer reflects."""
    models: list[GetModelsAnswerModel]
    cursor: str | None
    """What asks for the next page; null at the end."""


class GetModelsAnswerModel(TypedDict):
    model: str
    card: ModelCard


class GetOfferAnswer(TypedDict):
    height: int
    """The block that the answer reflects."""
    id: str
    digest: str
    alive: bool
    offer: NotRequired[Offer]


class GetOffersAnswer(TypedDict):
    height: int
    """The block that the answer reflects."""
    offers: list[GetOffersAnswerOffer]
    cursor: str | None
    """What asks for the next page; null at the end."""


class GetOffersAnswerOffer(TypedDict):
    id: str
    digest: str
    offer: Offer


class GetOrderAnswer(TypedDict):
    height: int
    """The block that the answer reflects."""
    id: str
    digest: str
    alive: bool
    lease: NotRequired[str]
    order: NotRequired[Order]
    tender: NotRequired[Tender]
    route: NotRequired[Route]
    settled: list[GetOrderAnswerSettledItem]


class GetOrderAnswerSettledItem(TypedDict):
    height: int
    run: SettledRun


class GetOrdersAnswer(TypedDict):
    height: int
    """The block that the answer reflects."""
    orders: list[GetOrdersAnswerOrder]
    cursor: str | None
    """What asks for the next page; null at the end."""


class GetOrdersAnswerOrder(TypedDict):
    id: str
    digest: str
    order: Order


class GetPoolsAnswer(TypedDict):
    height: int
    """The block that the answer reflects."""
    pools: list[GetPoolsAnswerPool]
    cursor: str | None
    """What asks for the next page; null at the end."""


class GetPoolsAnswerPool(TypedDict):
    number: int
    pool: AssetPool


class GetRootAnswer(TypedDict):
    height: int
    """The block that the answer reflects."""
    root: RootFund


class GetRunAnswer(TypedDict):
    height: int
    """The block that the answer reflects."""
    id: str
    digest: str
    lease: str
    index: int
    alive: bool
    run: NotRequired[Run]
    settled: list[GetRunAnswerSettledItem]


class GetRunAnswerSettledItem(TypedDict):
    height: int
    run: SettledRun


class GetRunMessagesAnswer(TypedDict):
    height: int
    """The block that the answer reflects."""
    messages: list[GetRunMessagesAnswerMessage]


class GetRunMessagesAnswerMessage(TypedDict):
    height: int
    id: str
    code: str
    """Empty where it was carried out."""
    signed: str


class GetSessionAnswer(TypedDict):
    height: int
    """The block that the answer reflects."""
    session: NotRequired[Session]


class GetStandingBondsAnswer(TypedDict):
    height: int
    """The block that the answer reflects."""
    standingBonds: list[GetStandingBondsAnswerStandingBond]
    cursor: str | None
    """What asks for the next page; null at the end."""


class GetStandingBondsAnswerStandingBond(TypedDict):
    id: str
    bond: StandingBond


class GetStatusAnswer(TypedDict):
    height: int
    """The block that the answer reflects."""
    network: str
    chainId: int
    operator: str
    time: int
    """Of the last block, unix milliseconds."""
    paused: int
    marketTime: int
    """What deadlines count."""
    version: str
    stepped: bool
    faucet: bool
    stopping: bool
    waiting: int
    limits: GetStatusAnswerLimits


class GetStatusAnswerLimits(TypedDict):
    message: int
    blob: int


class GetSubnetsAnswer(TypedDict):
    height: int
    """The block that the answer reflects."""
    subnets: list[GetSubnetsAnswerSubnet]
    cursor: str | None
    """What asks for the next page; null at the end."""


class GetSubnetsAnswerSubnet(TypedDict):
    number: int
    subnet: Subnet


class GetTermsAnswer(TypedDict):
    height: int
    """The block that the answer reflects."""
    version: NotRequired[int]
    terms: Terms
    pending: NotRequired[PendingTerms]


class GetTournamentsAnswer(TypedDict):
    height: int
    """The block that the answer reflects."""
    tournaments: list[GetTournamentsAnswerTournament]
    cursor: str | None
    """What asks for the next page; null at the end."""


class GetTournamentsAnswerTournament(TypedDict):
    number: int
    tournament: Tournament


class GetX402DiscoveryResourcesAnswer(TypedDict):
    x402Version: int
    items: list[dict[str, Any]]
    pagination: GetX402DiscoveryResourcesAnswerPagination


class GetX402DiscoveryResourcesAnswerPagination(TypedDict):
    limit: int
    offset: int
    total: int


class GetX402DiscoverySearchAnswer(TypedDict):
    x402Version: int
    resources: list[dict[str, Any]]
    partialResults: bool


class GetX402SupportedAnswer(TypedDict):
    kinds: list[dict[str, Any]]
    extensions: list[str]
    signers: dict[str, Any]
    """Who carries the payments, by family of networks."""


GrantSession = TypedDict(
    "GrantSession",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "key": "str",
        "limits": "SessionLimits",
    },
)


class GrantSessionMessage(TypedDict):
    kind: Literal["GrantSession"]
    content: GrantSession


class Header(TypedDict):
    format: int
    network: str
    height: int
    parent: str
    time: int
    paused: int
    link: str
    rules: int
    bodyRoot: str
    receiptsRoot: str
    eventsRoot: str
    stateRoot: str


class HeldClaim(TypedDict):
    bond: str
    seller: str
    root: str
    amount: int
    slice: int
    parts: list[HeldPart]
    fixedAt: int
    stage: int
    offset: int
    run: str
    deadline: int
    termsVersion: int


HeldPart = TypedDict(
    "HeldPart",
    {
        "channel": "str",
        "from": "int",
        "to": "int",
    },
)


class Holder(TypedDict):
    kind: int
    id: str


HonourSeat = TypedDict(
    "HonourSeat",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "lease": "str",
        "deputy": "str",
    },
)


class HonourSeatMessage(TypedDict):
    kind: Literal["HonourSeat"]
    content: HonourSeat


IssueAsset = TypedDict(
    "IssueAsset",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "subnet": "int",
        "name": "str",
        "cap": "int",
        "perEpoch": "int",
        "halving": "int",
    },
)


class IssueAssetMessage(TypedDict):
    kind: Literal["IssueAsset"]
    content: IssueAsset


JoinTopic = TypedDict(
    "JoinTopic",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "topic": "int",
        "role": "int",
        "stake": "int",
    },
)


class JoinTopicMessage(TypedDict):
    kind: Literal["JoinTopic"]
    content: JoinTopic


class Lease(TypedDict):
    order: str
    offer: str
    buyer: str
    deputy: str
    request: str
    seed: str
    firstInput: str
    check: CheckTerms
    auditPpm: int
    work: str
    spec: str
    shunned: list[str]
    termsVersion: int
    units: int
    runTime: int
    acceptWindow: int
    runs: int
    parallel: int
    state: int
    deadline: int
    seats: list[Seat]
    reserve: list[Seat]
    escrow: int
    started: int
    open: int
    broken: bool


LeaveAudits = TypedDict(
    "LeaveAudits",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
    },
)


class LeaveAuditsMessage(TypedDict):
    kind: Literal["LeaveAudits"]
    content: LeaveAudits


LeaveTopic = TypedDict(
    "LeaveTopic",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "topic": "int",
    },
)


class LeaveTopicMessage(TypedDict):
    kind: Literal["LeaveTopic"]
    content: LeaveTopic


class Lists(TypedDict):
    refuse: list[str]
    only: list[str]
    maxRejection: int
    minGood: int
    minAudited: int


Message: TypeAlias = (
    "TransferMessage | DeclareMessage | PublishKeyMessage | AmendTermsMessage | "
    "RenewLinksMessage | CollectTollsMessage | GrantSessionMessage | RevokeSessionMessage | "
    "PlaceOrderMessage | CancelOrderMessage | PlaceBidMessage | RevealBidMessage | "
    "DrawSeatsMessage | HonourSeatMessage | PostOfferMessage | TopUpOfferMessage | "
    "WithdrawOfferMessage | TakeOfferMessage | SendInputMessage | SealAnswerMessage | "
    "UnsealAnswerMessage | SubmitEvidenceMessage | AcceptRunMessage | RejectRunMessage | "
    "DemandKeyMessage | PostKeyMessage | ShowChunkMessage | CloseLeaseMessage | "
    "ReleaseFrozenMessage | PublishModelMessage | RegisterAuditorMessage | "
    "LeaveAuditsMessage | DrawAuditMessage | SealTraceMessage | UnsealTraceMessage | "
    "ChallengeRunMessage | ShowTraceMessage | OpenVertexMessage | PickChildMessage | "
    "OpenStepMessage | ShareInputMessage | SubmitProofMessage | OpenAnswerMessage | "
    "OpenGoldMessage | ContestProofMessage | PayAuthorisedMessage | "
    "CancelAuthorisationMessage | ApproveMessage | TransferFromMessage | CarryPermitMessage "
    "| DepositToChannelMessage | ClaimVouchersMessage | RefundChannelMessage | "
    "WithdrawFromChannelMessage | PostStandingBondMessage | WithdrawStandingBondMessage | "
    "ShowEquivocationMessage | OpenSoldRunMessage | ProveSoldRunMessage | "
    "CreateSubnetMessage | RegisterMemberMessage | StakeOnMessage | UnstakeMessage | "
    "SetTakeMessage | SealWeightsMessage | RevealWeightsMessage | FundSubnetMessage | "
    "WithdrawGrantMessage | CloseSubnetMessage | CreateTournamentMessage | "
    "FundTournamentMessage | EnterTournamentMessage | RevealForecastMessage | "
    "NameTruthMessage | OpenTruthMessage | SetRoutingShareMessage | CreateTopicMessage | "
    "FundTopicMessage | WithdrawTopicGrantMessage | JoinTopicMessage | LeaveTopicMessage | "
    "SealWorkMessage | RevealWorkMessage | SealTruthMessage | RevealTruthMessage | "
    "CloseTopicMessage | IssueAssetMessage | SeedPoolMessage | DrainPoolMessage | "
    "BuyAssetMessage | SellAssetMessage | CollectDividendsMessage | FundRootMessage"
)


class ModelCard(TypedDict):
    publisher: str
    manifestBytes: int
    inputBytes: int
    outputBytes: int
    tiles: list[int]
    blocks: list[int]
    weights: str
    openingBytes: int
    proofs: list[Number]


NameTruth = TypedDict(
    "NameTruth",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "tournament": "int",
        "run": "RunKey",
    },
)


class NameTruthMessage(TypedDict):
    kind: Literal["NameTruth"]
    content: NameTruth


class Number(TypedDict):
    name: str
    value: int


class Offer(TypedDict):
    provider: str
    work: str
    spec: str
    check: CheckTerms
    rate: Rate
    maxUnits: int
    runTime: int
    lists: Lists
    deputy: str
    termsVersion: int
    slotBond: int
    bidBond: int
    free: int
    tied: int
    withdrawn: bool


OpenAnswer = TypedDict(
    "OpenAnswer",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "run": "RunKey",
        "answer": "str",
        "salt": "str",
    },
)


class OpenAnswerMessage(TypedDict):
    kind: Literal["OpenAnswer"]
    content: OpenAnswer


OpenGold = TypedDict(
    "OpenGold",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "run": "RunKey",
        "gold": "str",
        "salt": "str",
        "path": "list[str]",
    },
)


class OpenGoldMessage(TypedDict):
    kind: Literal["OpenGold"]
    content: OpenGold


OpenSoldRun = TypedDict(
    "OpenSoldRun",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "claim": "str",
        "index": "int",
        "count": "int",
        "word": "RunWord",
        "path": "list[RunNode]",
    },
)


class OpenSoldRunMessage(TypedDict):
    kind: Literal["OpenSoldRun"]
    content: OpenSoldRun


OpenStep = TypedDict(
    "OpenStep",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "game": "GameKey",
        "opening": "str",
    },
)


class OpenStepMessage(TypedDict):
    kind: Literal["OpenStep"]
    content: OpenStep


OpenTruth = TypedDict(
    "OpenTruth",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "tournament": "int",
        "truth": "str",
        "salt": "str",
    },
)


class OpenTruthMessage(TypedDict):
    kind: Literal["OpenTruth"]
    content: OpenTruth


OpenVertex = TypedDict(
    "OpenVertex",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "game": "GameKey",
        "children": "list[str]",
    },
)


class OpenVertexMessage(TypedDict):
    kind: Literal["OpenVertex"]
    content: OpenVertex


class Opening(TypedDict):
    children: list[str]
    at: int
    held: bool
    previous: str


class Order(TypedDict):
    buyer: str
    request: Request
    saltCommitment: str
    input: Content
    deputy: str
    termsVersion: int


class Outcome(TypedDict):
    done: bool
    code: str
    """Empty where it was done."""
    numbers: list[Number]
    toll: int
    message: NotRequired[str]
    hint: NotRequired[str]


class PastStand(TypedDict):
    since: int
    bond: int
    owner: str
    endedAt: int


PayAuthorised = TypedDict(
    "PayAuthorised",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "authorisation": "TransferAuthorisation",
    },
)


class PayAuthorisedMessage(TypedDict):
    kind: Literal["PayAuthorised"]
    content: PayAuthorised


class Payout(TypedDict):
    kind: int
    account: str
    amount: int


class PendingTerms(TypedDict):
    terms: Terms
    at: int


PickChild = TypedDict(
    "PickChild",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "game": "GameKey",
        "round": "int",
        "child": "int",
    },
)


class PickChildMessage(TypedDict):
    kind: Literal["PickChild"]
    content: PickChild


PlaceBid = TypedDict(
    "PlaceBid",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "order": "str",
        "seal": "str",
    },
)


class PlaceBidMessage(TypedDict):
    kind: Literal["PlaceBid"]
    content: PlaceBid


PlaceOrder = TypedDict(
    "PlaceOrder",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "request": "Request",
        "saltCommitment": "str",
        "input": "Content",
        "deputy": "str",
    },
)


class PlaceOrderMessage(TypedDict):
    kind: Literal["PlaceOrder"]
    content: PlaceOrder


class PostBlobReadersAnswer(TypedDict):
    height: int
    """The block that the answer reflects."""
    root: str


class PostBlobReadersBody(TypedDict):
    readers: list[str]


class PostFaucetBody(TypedDict):
    address: str


PostKey = TypedDict(
    "PostKey",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "run": "RunKey",
        "key": "str",
    },
)


class PostKeyMessage(TypedDict):
    kind: Literal["PostKey"]
    content: PostKey


class PostMessagesBatchAnswer(TypedDict):
    height: int
    """The block that the answer reflects."""
    answers: list[Delivered | Problem]


PostOffer = TypedDict(
    "PostOffer",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "work": "str",
        "spec": "str",
        "check": "CheckTerms",
        "rate": "Rate",
        "maxUnits": "int",
        "runTime": "int",
        "capacity": "int",
        "lists": "Lists",
        "deputy": "str",
    },
)


class PostOfferMessage(TypedDict):
    kind: Literal["PostOffer"]
    content: PostOffer


class PostRehearsalsAnswer(TypedDict):
    height: int
    """The block that the answer reflects."""
    done: bool
    code: str
    """Empty where it would be done."""
    admitted: bool
    """Whether it would enter a block, and so cost its toll."""
    toll: int
    postings: list[Posting]
    """Money as it would move, tolls first."""
    message: NotRequired[str]
    hint: NotRequired[str]


class PostRehearsalsBody(TypedDict):
    message: Message
    session: NotRequired[str]
    """The key that would sign it, where that is not the sender."""


PostStandingBond = TypedDict(
    "PostStandingBond",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "door": "str",
        "work": "str",
        "spec": "str",
        "check": "CheckTerms",
        "amount": "int",
    },
)


class PostStandingBondMessage(TypedDict):
    kind: Literal["PostStandingBond"]
    content: PostStandingBond


class PostX402SettleAnswer(TypedDict):
    success: bool
    errorReason: NotRequired[str]
    errorMessage: NotRequired[str]
    payer: NotRequired[str]
    transaction: str
    """The id of the message that paid, or nothing."""
    network: str
    amount: NotRequired[str]
    extra: NotRequired[dict[str, Any]]
    """Of a channel: its state after the message."""


class PostX402VerifyAnswer(TypedDict):
    isValid: bool
    invalidReason: NotRequired[str]
    invalidMessage: NotRequired[str]
    payer: NotRequired[str]
    extra: NotRequired[dict[str, Any]]
    """Of a channel: what is in it and what was claimed."""


Posting = TypedDict(
    "Posting",
    {
        "from": "Holder",
        "to": "Holder",
        "asset": "int",
        "amount": "int",
    },
)


class Problem(TypedDict):
    type: str
    """Names the problem; the same code, the same type."""
    title: str
    """The code in words."""
    status: int
    detail: str
    """What went wrong this time."""
    code: str
    """Stable; decide by it."""
    message: str
    """The same as detail."""
    hint: str
    """What to try next; may be empty."""
    numbers: list[Number]
    candidates: NotRequired[list[str]]
    """Whole ids that a prefix may mean."""


ProveSoldRun = TypedDict(
    "ProveSoldRun",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "claim": "str",
        "salt": "str",
        "output": "str",
        "proof": "str",
    },
)


class ProveSoldRunMessage(TypedDict):
    kind: Literal["ProveSoldRun"]
    content: ProveSoldRun


PublishKey = TypedDict(
    "PublishKey",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "sealingKey": "str",
    },
)


class PublishKeyMessage(TypedDict):
    kind: Literal["PublishKey"]
    content: PublishKey


PublishModel = TypedDict(
    "PublishModel",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "manifest": "str",
    },
)


class PublishModelMessage(TypedDict):
    kind: Literal["PublishModel"]
    content: PublishModel


class PutBlobsAnswer(TypedDict):
    height: int
    root: str
    content: str
    size: int
    custody: PutBlobsAnswerCustody
    """As evidence carries it."""
    expires: int
    """Unix milliseconds."""


class PutBlobsAnswerCustody(TypedDict):
    custodian: str
    signature: str


class Ranked(TypedDict):
    account: str
    weight: int


class Rate(TypedDict):
    amount: int
    per: int


class Record(TypedDict):
    accepted: int
    rejected: int
    good: int
    audited: int
    bad: int
    noEvidence: int
    saltWithheld: int
    inputWithheld: int
    slashed: int


RefundChannel = TypedDict(
    "RefundChannel",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "channel": "str",
        "amount": "int",
        "nonce": "int",
        "signature": "str",
        "claims": "list[VoucherClaim]",
        "claimsSignature": "str",
    },
)


class RefundChannelMessage(TypedDict):
    kind: Literal["RefundChannel"]
    content: RefundChannel


RegisterAuditor = TypedDict(
    "RegisterAuditor",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "subjects": "list[str]",
        "bond": "int",
    },
)


class RegisterAuditorMessage(TypedDict):
    kind: Literal["RegisterAuditor"]
    content: RegisterAuditor


RegisterMember = TypedDict(
    "RegisterMember",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "subnet": "int",
        "most": "int",
        "take": "int",
    },
)


class RegisterMemberMessage(TypedDict):
    kind: Literal["RegisterMember"]
    content: RegisterMember


RejectRun = TypedDict(
    "RejectRun",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "run": "RunKey",
        "reason": "int",
    },
)


class RejectRunMessage(TypedDict):
    kind: Literal["RejectRun"]
    content: RejectRun


ReleaseFrozen = TypedDict(
    "ReleaseFrozen",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "object": "str",
    },
)


class ReleaseFrozenMessage(TypedDict):
    kind: Literal["ReleaseFrozen"]
    content: ReleaseFrozen


RenewLinks = TypedDict(
    "RenewLinks",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "anchor": "str",
    },
)


class RenewLinksMessage(TypedDict):
    kind: Literal["RenewLinks"]
    content: RenewLinks


class Request(TypedDict):
    work: str
    spec: str
    check: CheckTerms
    limit: Rate
    units: int
    runs: int
    parallel: int
    runTime: int
    bidWindow: int
    revealWindow: int
    acceptWindow: int
    lists: Lists


RevealBid = TypedDict(
    "RevealBid",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "order": "str",
        "price": "int",
        "salt": "str",
    },
)


class RevealBidMessage(TypedDict):
    kind: Literal["RevealBid"]
    content: RevealBid


RevealForecast = TypedDict(
    "RevealForecast",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "tournament": "int",
        "forecast": "list[int]",
        "salt": "str",
    },
)


class RevealForecastMessage(TypedDict):
    kind: Literal["RevealForecast"]
    content: RevealForecast


RevealTruth = TypedDict(
    "RevealTruth",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "topic": "int",
        "truth": "str",
        "salt": "str",
    },
)


class RevealTruthMessage(TypedDict):
    kind: Literal["RevealTruth"]
    content: RevealTruth


RevealWeights = TypedDict(
    "RevealWeights",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "subnet": "int",
        "uids": "list[int]",
        "shares": "list[int]",
        "salt": "str",
    },
)


class RevealWeightsMessage(TypedDict):
    kind: Literal["RevealWeights"]
    content: RevealWeights


RevealWork = TypedDict(
    "RevealWork",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "topic": "int",
        "values": "list[str]",
        "salt": "str",
    },
)


class RevealWorkMessage(TypedDict):
    kind: Literal["RevealWork"]
    content: RevealWork


RevokeSession = TypedDict(
    "RevokeSession",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "key": "str",
    },
)


class RevokeSessionMessage(TypedDict):
    kind: Literal["RevokeSession"]
    content: RevokeSession


class RootFund(TypedDict):
    held: int
    epoch: int
    ends: int
    given: int
    subnets: list[int]


class Route(TypedDict):
    subnet: int
    epoch: int
    share: int
    escrow: int
    providers: list[Ranked]


class Run(TypedDict):
    input: Content
    startedBy: str
    startedAt: int
    deadline: int
    game: Game
    demand: int
    remaining: int
    buyerDemanded: bool
    seatDemanded: bool
    auditorDemanded: bool
    output: Content
    postedKey: str
    inputKey: str
    auditSalt: str
    auditor: str
    auditBond: int
    openGames: int


class RunKey(TypedDict):
    lease: str
    index: int


class RunNode(TypedDict):
    hash: str
    sum: int


class RunWord(TypedDict):
    run: SoldRun
    signature: str


SealAnswer = TypedDict(
    "SealAnswer",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "run": "RunKey",
        "seal": "str",
    },
)


class SealAnswerMessage(TypedDict):
    kind: Literal["SealAnswer"]
    content: SealAnswer


SealTrace = TypedDict(
    "SealTrace",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "run": "RunKey",
        "seal": "str",
        "key": "WrappedKey",
    },
)


class SealTraceMessage(TypedDict):
    kind: Literal["SealTrace"]
    content: SealTrace


SealTruth = TypedDict(
    "SealTruth",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "topic": "int",
        "seal": "str",
    },
)


class SealTruthMessage(TypedDict):
    kind: Literal["SealTruth"]
    content: SealTruth


SealWeights = TypedDict(
    "SealWeights",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "subnet": "int",
        "seal": "str",
    },
)


class SealWeightsMessage(TypedDict):
    kind: Literal["SealWeights"]
    content: SealWeights


SealWork = TypedDict(
    "SealWork",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "topic": "int",
        "seal": "str",
    },
)


class SealWorkMessage(TypedDict):
    kind: Literal["SealWork"]
    content: SealWork


class Seat(TypedDict):
    provider: str
    promise: str
    rate: Rate
    stake: int
    bidBond: int
    locked: int
    honoured: bool
    deputy: str
    deadline: int


class SeatVerdict(TypedDict):
    provider: str
    fate: int
    units: int
    output: str
    evidence: str


SeedPool = TypedDict(
    "SeedPool",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "subnet": "int",
        "dollars": "int",
        "fee": "int",
    },
)


class SeedPoolMessage(TypedDict):
    kind: Literal["SeedPool"]
    content: SeedPool


SellAsset = TypedDict(
    "SellAsset",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "subnet": "int",
        "units": "int",
        "least": "int",
    },
)


class SellAssetMessage(TypedDict):
    kind: Literal["SellAsset"]
    content: SellAsset


SendInput = TypedDict(
    "SendInput",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "run": "RunKey",
        "input": "Content",
        "keys": "list[WrappedKey]",
        "auditSalt": "str",
    },
)


class SendInputMessage(TypedDict):
    kind: Literal["SendInput"]
    content: SendInput


class Session(TypedDict):
    owner: str
    key: str
    limits: SessionLimits
    used: int
    periodBegan: int
    periodUsed: int
    removal: int
    purchases: list[str]


class SessionLimits(TypedDict):
    expires: int
    total: int
    perPeriod: int
    period: int
    perMessage: int
    kinds: list[int]
    payees: list[str]


SetRoutingShare = TypedDict(
    "SetRoutingShare",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "subnet": "int",
        "share": "int",
    },
)


class SetRoutingShareMessage(TypedDict):
    kind: Literal["SetRoutingShare"]
    content: SetRoutingShare


SetTake = TypedDict(
    "SetTake",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "subnet": "int",
        "take": "int",
    },
)


class SetTakeMessage(TypedDict):
    kind: Literal["SetTake"]
    content: SetTake


class SettledRun(TypedDict):
    request: str
    order: str
    promises: list[str]
    lease: str
    seed: str
    prices: list[int]
    stakes: list[int]
    fee: int
    auditBond: int
    buyer: str
    check: CheckTerms
    run: str
    index: int
    startedBy: str
    verdict: Verdict
    payouts: list[Payout]


ShareInput = TypedDict(
    "ShareInput",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "run": "RunKey",
        "key": "WrappedKey",
    },
)


class ShareInputMessage(TypedDict):
    kind: Literal["ShareInput"]
    content: ShareInput


ShowChunk = TypedDict(
    "ShowChunk",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "run": "RunKey",
        "index": "int",
        "box": "str",
        "path": "list[Vertex]",
    },
)


class ShowChunkMessage(TypedDict):
    kind: Literal["ShowChunk"]
    content: ShowChunk


ShowEquivocation = TypedDict(
    "ShowEquivocation",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "first": "RunWord",
        "second": "RunWord",
    },
)


class ShowEquivocationMessage(TypedDict):
    kind: Literal["ShowEquivocation"]
    content: ShowEquivocation


ShowTrace = TypedDict(
    "ShowTrace",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "game": "GameKey",
        "root": "str",
        "first": "list[Vertex]",
        "last": "list[Vertex]",
    },
)


class ShowTraceMessage(TypedDict):
    kind: Literal["ShowTrace"]
    content: ShowTrace


class SignedMessage(TypedDict):
    message: Message | str
    """By its fields, or its canonical bytes."""
    authorisation: Authorisation


class SoldRun(TypedDict):
    network: str
    provider: str
    buyer: str
    payment: str
    transaction: str
    index: int
    before: int
    price: int
    work: str
    spec: str
    units: int
    input: str
    output: str
    keyHash: str


StakeOn = TypedDict(
    "StakeOn",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "subnet": "int",
        "validator": "str",
        "amount": "int",
        "mostTake": "int",
    },
)


class StakeOnMessage(TypedDict):
    kind: Literal["StakeOn"]
    content: StakeOn


class StandingBond(TypedDict):
    seller: str
    door: str
    work: str
    spec: str
    check: CheckTerms
    bond: int
    tied: int
    held: int
    leaves: int
    convictedBy: str


SubmitEvidence = TypedDict(
    "SubmitEvidence",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "run": "RunKey",
        "evidence": "Evidence",
        "key": "WrappedKey",
    },
)


class SubmitEvidenceMessage(TypedDict):
    kind: Literal["SubmitEvidence"]
    content: SubmitEvidence


SubmitProof = TypedDict(
    "SubmitProof",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "run": "RunKey",
        "evidence": "Evidence",
        "key": "WrappedKey",
        "salt": "str",
        "output": "str",
        "proof": "str",
    },
)


class SubmitProofMessage(TypedDict):
    kind: Literal["SubmitProof"]
    content: SubmitProof


class Subnet(TypedDict):
    owner: str
    name: str
    parameters: SubnetParameters
    state: int
    deposit: int
    created: int
    closes: int
    members: int
    price: int
    priced: int
    epoch: int
    epochEnds: int
    lastEpoch: int
    rate: int
    carried: int
    withdrawn: int
    grants: int
    pools: int


class SubnetParameters(TypedDict):
    tempo: int
    members: int
    validators: int
    immunity: int
    leastPrice: int
    mostPrice: int
    halfLife: int
    leastStake: int
    activity: int
    unbonding: int
    slash: int
    kappa: int
    bondsPenalty: int
    bondsAverage: int
    isYuma3: bool
    hasLiquidAlpha: bool
    alphaLow: int
    alphaHigh: int
    alphaSteepness: int


TakeOffer = TypedDict(
    "TakeOffer",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "offer": "str",
        "units": "int",
        "runs": "int",
        "parallel": "int",
        "acceptWindow": "int",
        "input": "Content",
        "key": "WrappedKey",
        "auditSalt": "str",
        "deputy": "str",
    },
)


class TakeOfferMessage(TypedDict):
    kind: Literal["TakeOffer"]
    content: TakeOffer


class Tender(TypedDict):
    state: int
    deadline: int
    bidders: list[str]
    closedAt: int
    fixed: str
    beacon: str


class Terms(TypedDict):
    audit: int
    coalition: int
    winner: int
    minority: int
    courtFloor: int
    auditBase: int
    auditTurns: int
    auditOperators: int
    bidBond: int
    bidBondFloor: int
    replicas: int
    bidFactor: int
    saltForfeit: int
    take: int
    idle: int
    standingBond: int
    claimTarget: int
    minClaim: int
    maxCall: int
    claimInterval: int
    withdrawDelay: int
    unbonding: int
    tollBase: int
    tollBytes: int
    tollAccount: int
    tollBlob: int
    acceptWindow: int
    bidWindow: int
    revealWindow: int
    honourWindow: int
    saltWindow: int
    inputWindow: int
    auditWindow: int
    disputeWindow: int
    chess: int
    sealWindow: int
    demandWindow: int
    demandGrace: int
    weightFloor: int
    weightPrior: int
    fault: int
    maxRejection: int
    blockBytes: int
    blockTimers: int
    messageRate: int
    amendDelay: int
    blobRetention: int
    maxMessage: int
    maxBidders: int
    maxRuns: int
    maxParallel: int
    maxCapacity: int
    maxUnits: int
    maxRunTime: int
    maxCallTime: int


TopUpOffer = TypedDict(
    "TopUpOffer",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "offer": "str",
        "slots": "int",
    },
)


class TopUpOfferMessage(TypedDict):
    kind: Literal["TopUpOffer"]
    content: TopUpOffer


class TopicRules(TypedDict):
    tempo: int
    inferers: int
    forecasters: int
    reputers: int
    workerStake: int
    reputerStake: int
    slash: int
    patience: int
    tolerance: str


class Tournament(TypedDict):
    owner: str
    name: str
    rules: TournamentRules
    source: TruthSource
    state: int
    created: int
    closes: int
    revealsBegin: int
    revealsEnd: int
    truthEnds: int
    deadline: int
    purse: int
    sponsors: int
    entries: int
    staked: int
    revealed: int
    run: str
    output: str
    truth: str
    paid: int
    burnt: int


class TournamentRules(TypedDict):
    values: int
    entries: int
    quorum: int
    leastStake: int
    limit: int
    entryTime: int
    nameTime: int
    revealTime: int
    truthTime: int
    bond: int


Transfer = TypedDict(
    "Transfer",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "to": "str",
        "asset": "int",
        "amount": "int",
    },
)


class TransferAuthorisation(TypedDict):
    kind: int
    payer: str
    to: str
    value: int
    validAfter: int
    validBefore: int
    nonce: str
    signature: str


TransferFrom = TypedDict(
    "TransferFrom",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "owner": "str",
        "to": "str",
        "amount": "int",
    },
)


class TransferFromMessage(TypedDict):
    kind: Literal["TransferFrom"]
    content: TransferFrom


class TransferMessage(TypedDict):
    kind: Literal["Transfer"]
    content: Transfer


class TruthSource(TypedDict):
    kind: int
    check: CheckTerms
    spec: str
    width: int
    isSigned: bool


UnsealAnswer = TypedDict(
    "UnsealAnswer",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "run": "RunKey",
        "evidence": "Evidence",
        "salt": "str",
        "key": "WrappedKey",
    },
)


class UnsealAnswerMessage(TypedDict):
    kind: Literal["UnsealAnswer"]
    content: UnsealAnswer


UnsealTrace = TypedDict(
    "UnsealTrace",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "run": "RunKey",
        "root": "str",
        "salt": "str",
        "first": "list[Vertex]",
        "last": "list[Vertex]",
    },
)


class UnsealTraceMessage(TypedDict):
    kind: Literal["UnsealTrace"]
    content: UnsealTrace


Unstake = TypedDict(
    "Unstake",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "subnet": "int",
        "validator": "str",
        "amount": "int",
    },
)


class UnstakeMessage(TypedDict):
    kind: Literal["Unstake"]
    content: Unstake


class Verdict(TypedDict):
    outcome: int
    reason: int
    seats: list[SeatVerdict]
    audit: int
    auditor: str


class Vertex(TypedDict):
    children: list[str]


class VoucherClaim(TypedDict):
    channel: str
    most: int
    total: int
    signature: str


class Waiting(TypedDict):
    height: int
    """The block that the answer reflects."""
    id: str
    waiting: bool


class Wide(TypedDict):
    high: int
    low: int


WithdrawFromChannel = TypedDict(
    "WithdrawFromChannel",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "channel": "str",
        "amount": "int",
    },
)


class WithdrawFromChannelMessage(TypedDict):
    kind: Literal["WithdrawFromChannel"]
    content: WithdrawFromChannel


WithdrawGrant = TypedDict(
    "WithdrawGrant",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "grant": "str",
    },
)


class WithdrawGrantMessage(TypedDict):
    kind: Literal["WithdrawGrant"]
    content: WithdrawGrant


WithdrawOffer = TypedDict(
    "WithdrawOffer",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "offer": "str",
    },
)


class WithdrawOfferMessage(TypedDict):
    kind: Literal["WithdrawOffer"]
    content: WithdrawOffer


WithdrawStandingBond = TypedDict(
    "WithdrawStandingBond",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "door": "str",
    },
)


class WithdrawStandingBondMessage(TypedDict):
    kind: Literal["WithdrawStandingBond"]
    content: WithdrawStandingBond


WithdrawTopicGrant = TypedDict(
    "WithdrawTopicGrant",
    {
        "from": "str",
        "lane": "int",
        "sequence": "int",
        "validUntil": "int",
        "grant": "str",
    },
)


class WithdrawTopicGrantMessage(TypedDict):
    kind: Literal["WithdrawTopicGrant"]
    content: WithdrawTopicGrant


class WrappedKey(TypedDict):
    to: str
    scheme: int
    bytes: str
