// Duties that somebody else is expected to do first: when to stop waiting for it.

import Primitives

/// Remembers when each duty came up. Whoever stands by acts once half of the time that was left
/// has gone: late enough not to say the same thing twice, early enough to be heard.
struct StandBy<Duty: Hashable & Sendable>: Sendable {
  private var moments: [Duty: Time] = [:]

  init() {}

  /// The moment from which on to act, told anew for as long as the duty stands.
  mutating func moment(for duty: Duty, until deadline: Time, at now: Time) -> Time {
    if let known = moments[duty] { return known }
    let left = deadline.milliseconds - min(now.milliseconds, deadline.milliseconds)
    let moment = deadline == .never ? now : Time(now.milliseconds + left / 2)
    moments[duty] = moment
    return moment
  }
}
