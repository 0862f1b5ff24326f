// A judged run of labels read out of its receipt.

public import Labels
public import Market
public import Primitives

extension LabelReview {
  /// Nil where the receipt is of another work or check. It judges nothing: `ReceiptVerifier` does.
  public init?(_ receipt: Receipt) {
    guard case .placeOrder(let order) = receipt.order.message,
      order.request.work == LabelsWork.name, receipt.settled.check.kind == JudgedCheck.name,
      let spec = try? LabelsSpec(bytes: order.request.spec)
    else { return nil }
    var shown: [Bytes32: [UInt8]] = [:]
    var gold: [UInt8] = []
    for message in receipt.evidence {
      switch message.message {
      case .openAnswer(let m): shown[message.id] = m.answer
      case .openGold(let m): gold = m.gold
      default: break
      }
    }
    let par = receipt.settled.check.numbers.first { $0.name == "par" }?.value ?? 0
    self.init(
      spec: spec, par: par,
      answers: receipt.settled.verdict.seats.map { shown[$0.evidence.digest] ?? [] }, gold: gold)
  }
}

extension SettledRun {
  /// What a run paid a seat, or took of its bond, by its place.
  public func earned(by seat: Int) -> (paid: Amount, lost: Amount) {
    // The first payout is the buyer's; then come the seats in their order, bonds included.
    let got = payouts.dropFirst().dropFirst(seat).first?.amount.units ?? 0
    let stake = stakes.indices.contains(seat) ? stakes[seat] : 0
    return got >= stake ? (Amount(got - stake), .zero) : (.zero, Amount(stake - got))
  }
}
