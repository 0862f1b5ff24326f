// What tournaments refuse, each with the numbers that say why.

import Primitives

extension Refusal {
  static func noSuchTournament(_ number: UInt64) -> Refusal {
    Refusal("noSuchTournament", ["tournament": number])
  }

  static var badTournamentName: Refusal { Refusal("badTournamentName") }
  static var badTruthSource: Refusal { Refusal("badTruthSource") }

  /// Under that check a run does not end with one answer that anybody can open.
  static var truthUnchecked: Refusal { Refusal("truthUnchecked") }

  /// The bond answers for the purse, so that it has to be as large.
  static func purseOverBond(room: Amount) -> Refusal {
    Refusal("purseOverBond", ["room": room.units])
  }

  static var entriesClosed: Refusal { Refusal("entriesClosed") }
  static var entriesOpen: Refusal { Refusal("entriesOpen") }
  /// The time in which the run that says the truth is named is not over.
  static var runNotNamed: Refusal { Refusal("runNotNamed") }

  static var revealsOpen: Refusal { Refusal("revealsOpen") }
  static var revealsEnded: Refusal { Refusal("revealsEnded") }

  /// Who fixes the truth, or gains where nobody wins, does not forecast it.
  static var ownTournament: Refusal { Refusal("ownTournament") }

  static func boardIsFull(least: Amount) -> Refusal {
    Refusal("boardIsFull", ["least": least.units])
  }

  static var notEntered: Refusal { Refusal("notEntered") }
  static var revealedAlready: Refusal { Refusal("revealedAlready") }
  static var forecastDiffers: Refusal { Refusal("forecastDiffers") }

  static func badForecast(values: UInt64) -> Refusal {
    Refusal("badForecast", ["values": values])
  }

  static var flatForecast: Refusal { Refusal("flatForecast") }
  static var truthIsAWord: Refusal { Refusal("truthIsAWord") }
  static var notTournamentOwner: Refusal { Refusal("notTournamentOwner") }
  static var truthNamed: Refusal { Refusal("truthNamed") }
  static var noSuchTruthRun: Refusal { Refusal("noSuchTruthRun") }

  /// Not the owner's run, not of the source's work and check, begun before entries closed, or
  /// answered already.
  static var otherTruthRun: Refusal { Refusal("otherTruthRun") }

  static var truthNotFixed: Refusal { Refusal("truthNotFixed") }
  static var truthTooLate: Refusal { Refusal("truthTooLate") }
  static var truthDiffers: Refusal { Refusal("truthDiffers") }

  static func badTruth(values: UInt64, width: UInt64) -> Refusal {
    Refusal("badTruth", ["values": values, "width": width])
  }
}
