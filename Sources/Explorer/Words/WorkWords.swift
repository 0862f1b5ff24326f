// What providers do, by the kind of work, and what an order of such work asks.

import Archive
import Inference
import Labels
import Market
import Primitives
import Tasks

enum WorkWords {
  /// What a provider does with a run; what it does it to follows.
  static func does(_ work: String, isOne: Bool = false) -> String {
    work == InferenceWork.name ? (isOne ? "runs" : "run") : (isOne ? "answers" : "answer")
  }

  static func did(_ work: String) -> String {
    work == InferenceWork.name ? "ran" : "answered"
  }
}

/// The question of an order for labels or tasks, in the buyer's words.
enum OrderQuestion {
  /// Nil of any other work, and where the order cannot be read.
  static func find(_ road: Road, in house: House) -> String? {
    guard !road.isOffer, [LabelsWork.name, TasksWork.name].contains(road.work),
      case .placeOrder(let order)? = try? house.signed(road.id)?.message.message
    else { return nil }
    let spec = order.request.spec
    return road.work == LabelsWork.name
      ? (try? LabelsSpec(bytes: spec))?.question : (try? TasksSpec(bytes: spec))?.question
  }
}
