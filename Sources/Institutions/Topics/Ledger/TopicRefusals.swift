// What topics refuse, each with the numbers that say why.

import Primitives

extension Refusal {
  static func noSuchTopic(_ number: UInt64) -> Refusal {
    Refusal("noSuchTopic", ["topic": number])
  }

  static var badTopicName: Refusal { Refusal("badTopicName") }
  static var badQuestion: Refusal { Refusal("badQuestion") }
  static var badTolerance: Refusal { Refusal("badTolerance") }

  static func tooManyTopics(limit: UInt64) -> Refusal {
    Refusal("tooManyTopics", ["limit": limit])
  }

  static var notTopicOwner: Refusal { Refusal("notTopicOwner") }
  static var topicCloses: Refusal { Refusal("topicCloses") }
  static var topicClosed: Refusal { Refusal("topicClosed") }
  /// An epoch of the topic could not be computed.
  static var topicStands: Refusal { Refusal("topicStands") }

  /// The stage is over and has not been computed: the next block does.
  static var epochIsDue: Refusal { Refusal("epochIsDue") }

  /// Quarters count from 1 for people.
  static func otherQuarter(_ running: UInt64, wanted: UInt64) -> Refusal {
    Refusal("otherQuarter", [Number("quarter", running + 1), Number("wanted", wanted + 1)])
  }

  static func otherRole(_ role: TopicRole) -> Refusal {
    Refusal("otherRole", ["role": UInt64(role.rawValue)])
  }

  static var leavesTopic: Refusal { Refusal("leavesTopic") }

  static func topicIsFull(least: Amount) -> Refusal {
    Refusal("topicIsFull", ["least": least.units])
  }

  static var notInTopic: Refusal { Refusal("notInTopic") }
  /// Its place is its own from the next epoch on.
  static var notYetInTopic: Refusal { Refusal("notYetInTopic") }
  /// The running epoch has no inferer whose loss could be forecast.
  static var noInferers: Refusal { Refusal("noInferers") }
  static var nothingToShow: Refusal { Refusal("nothingToShow") }
  static var shownAlready: Refusal { Refusal("shownAlready") }
  static var valuesDiffer: Refusal { Refusal("valuesDiffer") }

  static func badValues(_ count: Int, wanted: UInt64) -> Refusal {
    Refusal("badValues", [Number("values", UInt64(count)), Number("wanted", wanted)])
  }
}
