// Announces the operator's next hash chain long before the one in use is at its end.

import Chain
import Dispatch
import Kernel
import Primitives

extension Producer {
  /// Asks for the next chain when it is time. The chain's million hashes and its file are made
  /// beside the queue, so that no block waits for them.
  func renewLinksIfDue(_ chamber: inout Chamber) {
    let beacon = chamber.state.kernel.beacon.state
    guard let renewal, !chamber.isRenewing, beacon.nextAnchor == .zero,
      beacon.remaining <= renewal.at, beacon.remaining >= BeaconState.renewalMargin
    else { return }
    chamber.isRenewing = true
    let links = chamber.links
    Task.detached { await self.renew(links, beacon, in: renewal.folder) }
  }

  private func renew(_ links: OperatorLinks, _ beacon: BeaconState, in folder: String) async {
    var links = links
    do {
      let secret = Bytes32(NodeFolder.randomBytes(32)) ?? .zero
      let anchor = try links.prepareNext(for: beacon, in: folder, secret: secret)
      let kept = links
      let signed = chamber.withLock { chamber in
        chamber.links = kept
        return announcement(of: anchor, chamber)
      }
      guard case .done(let record) = try await deliver(signed, waits: true),
        record.outcome.refusal == nil
      else { throw NodeError.wrongLinks }
      log.notice("the operator's next links are announced")
    } catch {
      // The chain on the disk stays and is announced by a later try.
      log.error("the operator's next links are not announced", metadata: ["error": "\(error)"])
    }
    chamber.withLock { $0.isRenewing = false }
  }

  private func announcement(of anchor: Bytes32, _ chamber: borrowing Chamber) -> SignedMessage {
    let lane: UInt8 = 255
    let address = operatorKey.address
    let time = clock?.now ?? chamber.state.kernel.blockTime
    let head = Head(
      from: address, lane: lane,
      sequence: chamber.state.kernel.accounts.nextSequence(signer: address, lane: lane),
      validUntil: (try? max(time, chamber.state.kernel.blockTime).after(seconds: 600)) ?? .never)
    return SignedMessage.signing(
      .renewLinks(RenewLinks(head, anchor: anchor)), with: operatorKey, domain: domain)
  }
}

/// When and where the next chain of links is made.
struct LinkRenewal: Sendable {
  /// Links that are left then.
  var at: UInt64
  let folder: String
}
