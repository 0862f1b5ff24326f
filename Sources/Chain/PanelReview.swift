// A run before a panel as its readers see it: answers, scores and what came of them.

public import Market
public import Primitives
public import Tasks

/// Made from what was opened on the ledger and nothing else, so that commands and pages say the
/// same of it.
public struct PanelReview: Sendable {
  public struct Seat: Sendable {
    public var account: Address
    /// A piece for each item; none of a seat that opened nothing.
    public var pieces: [[UInt8]]

    public init(account: Address, pieces: [[UInt8]]) {
      self.account = account
      self.pieces = pieces
    }
  }
  public struct Judge: Sendable {
    public var account: Address
    /// Points of every piece, seat after seat; empty of a judge that opened none.
    public var sheet: [UInt8]

    public init(account: Address, sheet: [UInt8]) {
      self.account = account
      self.sheet = sheet
    }
  }

  public let spec: TasksSpec
  public let par: UInt64
  public let seats: [Seat]
  public let judges: [Judge]
  /// The known answers that were opened, empty where there is none to an item.
  public let gold: [[UInt8]]
  public let ruling: PanelRuling

  public init(
    spec: TasksSpec, check: CheckTerms, seats: [Seat], judges: [Judge], gold: [[UInt8]]
  ) throws(Refusal) {
    func number(_ name: String) -> UInt64 { check.numbers.first { $0.name == name }?.value ?? 0 }
    (self.spec, self.seats, self.judges, self.gold) = (spec, seats, judges, gold)
    par = number("par")
    func hashes(_ pieces: [[UInt8]]) -> [Bytes32] {
      pieces.map { $0.isEmpty ? .zero : SHA256.hash($0) }
    }
    let answers = seats.map { hashes($0.pieces) }
    // The ledger has taken nothing else; a reader of files does not lean on that.
    let sheets = judges.map { PanelRuling.isSheet($0.sheet, of: answers) ? $0.sheet : [] }
    ruling = PanelRuling(
      answers: answers, gold: hashes(gold), sheets: sheets,
      rule: try PanelRule(number: number("rule")))
  }

  /// Nil where the receipt is of another check. It judges nothing: `ReceiptVerifier` does.
  public init?(_ receipt: Receipt) {
    let settled = receipt.settled
    guard case .placeOrder(let order) = receipt.order.message,
      settled.check.kind == PanelCheck.name,
      let spec = try? TasksSpec(bytes: order.request.spec)
    else { return nil }
    var said: [Address: [[UInt8]]] = [:]
    var gold: [[UInt8]] = []
    for message in receipt.evidence {
      switch message.message {
      case .openAnswer(let m): said[m.head.from] = PanelReview.pieces(m.answer, spec)
      case .openGold(let m): gold = PanelReview.pieces(m.gold, spec)
      default: break
      }
    }
    var sheets: [Address: [UInt8]] = [:]
    for message in receipt.promises {
      if case .openAnswer(let m) = message.message { sheets[m.head.from] = m.answer }
    }
    let count = settled.verdict.seats.count
    guard settled.payouts.count >= count + 2 else { return nil }
    let bench = settled.payouts[(count + 1)..<(settled.payouts.count - 1)]
    guard
      let review = try? PanelReview(
        spec: spec, check: settled.check,
        seats: settled.verdict.seats.map {
          Seat(account: $0.provider, pieces: said[$0.provider] ?? [])
        },
        judges: bench.map { Judge(account: $0.account, sheet: sheets[$0.account] ?? []) },
        gold: gold)
    else { return nil }
    self = review
  }

  /// What was said; none where it cannot be read.
  public static func pieces(_ answer: [UInt8], _ spec: TasksSpec) -> [[UInt8]] {
    (try? TaskPieces(answer: answer, to: spec))?.pieces.map(\.body) ?? []
  }

  /// Where a piece stands in sheets and in what stands.
  public func place(seat: Int, item: Int) -> Int { seat * Int(clamping: spec.items) + item }

  /// How far a judge's points are from what the known answers say, in the mean, as a share of the
  /// scale; nil where there is none, or the judge opened nothing.
  public func goldError(of judge: Int) -> UInt64? {
    let sheet = judges[judge].sheet
    var (sum, count): (UInt64, UInt64) = (0, 0)
    for (place, known) in ruling.known.enumerated() where place < sheet.count {
      guard let known, (1...10).contains(sheet[place]) else { continue }
      let given = (UInt64(sheet[place]) - 1) * million / 9
      sum += known > given ? known - given : given - known
      count += 1
    }
    return count == 0 ? nil : (sum + count / 2) / count
  }

  /// Pieces in which a seat said something.
  public func answered(by seat: Int) -> Int { seats[seat].pieces.count { !$0.isEmpty } }

  /// Why a seat got what it got, for people.
  public func why(_ verdict: Verdict, of seat: Int) -> String {
    let told =
      "it scored \(PanelReview.points(ruling.seats[seat])) points; "
      + "par is \(PanelReview.points(par))"
    switch verdict.seats[seat].fate {
    case .silent: return "it sealed an answer and did not open it"
    case .absent: return "it sealed no answer"
    case .paid where verdict.outcome.isJudged: return told
    case .paid: return "the buyer took it without judges"
    case .differs: return "\(told), and no judge gave it more than the least"
    case .undecided where verdict.outcome.isJudged: return "\(told), and the least earns nothing"
    case .undecided where verdict.outcome == .unjudged: return "too few judges scored"
    default: return "the run ended without a judgement"
    }
  }

  /// A score as people read it: 6.4 of 1 to 10.
  public static func points(_ ppm: UInt64) -> String {
    let tenths = tenths(ppm)
    return "\(tenths / 10).\(tenths % 10)"
  }

  /// The points that a share of the scale is, in tenths, rounded: 64 for 6.4.
  public static func tenths(_ ppm: UInt64) -> UInt64 {
    10 + (min(ppm, million) * 90 + million / 2) / million
  }
}
