// What an agent wants to pay for: typed, so that no text of a page can become money.

public import Kernel
public import Primitives

/// What kind of spending it is.
public enum IntentKind: UInt8, ByteChoice {
  /// A transfer to a payee.
  case pay = 0
  /// An order that is put out to bids: who will serve it is not known yet.
  case order = 1
  /// Taking an offer of a provider.
  case take = 2

  public var name: String {
    switch self {
    case .pay: "pay"
    case .order: "order"
    case .take: "take"
    }
  }
}

/// A request for money. There is no field for words: a name, a description or an answer of a
/// model has nowhere to go in here.
public struct Intent: Fielded, Hashable {
  public static let typeName = "Intent"
  public var kind = IntentKind.pay
  /// Who would be paid; zero where bids decide it.
  public var payee = Address()
  /// The most that it may cost.
  public var amount = Amount()
  public var asset = Asset.dollar
  /// Who asked for it, as an origin.
  public var origin = ""
  /// What it is for: an offer, a model; zero for nothing that has an id.
  public var subject = Bytes32()

  public init() {}

  public static func pay(
    _ payee: Address, _ amount: Amount, _ asset: Asset = .dollar, origin: Origin
  ) -> Intent { Intent(.pay, payee, amount, asset, origin, .zero) }

  /// - Parameter provider: the one who may bid, where there is only one.
  public static func order(
    _ most: Amount, subject: Bytes32, only provider: Address? = nil, node: Origin
  ) -> Intent {
    Intent(.order, provider ?? Address(), most, .dollar, node, subject)
  }

  public static func take(
    _ offer: Bytes32, of provider: Address, _ most: Amount, node: Origin
  ) -> Intent { Intent(.take, provider, most, .dollar, node, offer) }

  private init(
    _ kind: IntentKind, _ payee: Address, _ amount: Amount, _ asset: Asset, _ origin: Origin,
    _ subject: Bytes32
  ) {
    self.kind = kind
    self.payee = payee
    self.amount = amount
    self.asset = asset
    self.origin = origin.text
    self.subject = subject
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("kind", &kind)
    try v("payee", &payee)
    try v("amount", &amount)
    try v("asset", &asset)
    try v("origin", &origin)
    try v("subject", &subject)
  }
}
