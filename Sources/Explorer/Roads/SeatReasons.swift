// Why each seat of a judged run got what it got, counted anew out of what lies open on the ledger.

import Archive
import Chain
import Labels
import Market
import Primitives

enum SeatReasons {
  /// A reason for each seat, in their order; nil where nobody judged, or what was said is not here.
  static func find(
    _ entry: RoadStory.Settled, of road: Road, in house: House
  ) -> [String]? {
    let verdict = entry.run.verdict
    switch entry.run.check.known {
    case .judged:
      guard case .placeOrder(let order)? = try? house.signed(road.id)?.message.message,
        let spec = try? LabelsSpec(bytes: order.request.spec),
        let batch = try? LabelsBatch(entry, order.request, spec, in: house)
      else { return nil }
      return verdict.seats.enumerated().map { batch.review.why($1.fate, of: $0) }
    case .panel:
      guard let review = PanelScores(entry.run, in: house)?.review else { return nil }
      return verdict.seats.indices.map { review.why(verdict, of: $0) }
    case .open, .replicated, .disputable, .proved, nil: return nil
    }
  }
}
