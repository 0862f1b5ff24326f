// A request on its way through the door of an agent, from its arrival until nobody serves it.

import Agents
import Primitives
import Synchronization

/// A request while it is served, with the payment that it shows. When nobody holds it any more, it
/// has gone: also where an answer goes away without a word because nobody can be sent it.
final class RequestTicket: Sendable {
  private let request: Bytes32
  private let teller: Teller
  private let tender = Mutex<ShownPayment?>(nil)

  init(_ request: Bytes32, _ teller: Teller) { (self.request, self.teller) = (request, teller) }

  func shows(_ shown: AgentPayment) { shows(ShownPayment(shown)) }
  func shows(_ shown: ShownPayment) { tender.withLock { $0 = shown } }

  deinit {
    let (request, teller, tender) = (request, teller, tender.withLock { $0 })
    Task { await teller.depart(request, tender) }
  }
}
