// What a door that is paid by x402 needs: the node's facilitator, and a file of what was sold.

import ArgumentParser
import Foundation
import Glibc
import NetworkRoom
import Primitives

/// A gate before what is sold, settled by a node.
struct PaidDoor {
  let gate: PaymentGate
  let network: Bytes32
  let chainID: UInt64

  /// Looks first whether a payment could come through at all.
  ///
  /// - Parameter ware: names what is sold in the name of the file.
  static func open(
    _ link: NodeLink, payTo: Address, ware: String
  ) async throws -> PaidDoor {
    let genesis = try await link.ask { client throws(ClientError) in try await client.genesis() }
    let facilitator = RemoteFacilitator(link.client)
    let carries = try await link.ask { _ throws(ClientError) in
      try await facilitator.carries(chainID: genesis.chainId)
    }
    guard carries else {
      throw Failure(
        .refused, code: "noFacilitator", "\(link.client.node) carries no payments of x402",
        hint: "its operator gives it a key: facilitator.key in the node's folder")
    }
    let account = try await link.ask { client throws(ClientError) in
      try await client.account(payTo)
    }
    guard account.isOpen else {
      throw Failure(
        .refused, code: "accountNotOpen", "\(payTo.checksummed) has no account to be paid on",
        hint: "send it some dollars; on a test node: tolsey account fund \(payTo.checksummed)")
    }
    return PaidDoor(
      gate: PaymentGate(settler: facilitator, file: try sales(payTo, genesis.network, ware)),
      network: genesis.network, chainID: genesis.chainId)
  }

  /// One file a network, receiver and ware: two programs that sell the same would each sell once
  /// for the same payment.
  private static func sales(
    _ payTo: Address, _ network: Bytes32, _ ware: String
  ) throws -> SaleFile {
    let folder = try HomeFolder.folder("sales")
    let start = "\(network)".dropFirst(2).prefix(16)
    let path = "\(folder)/\(start)-\(payTo)-\(ware).sales"
    do {
      return try SaleFile(path, now: UInt64(max(0, Date().timeIntervalSince1970)))
    } catch let problem as SaleFile.Problem {
      switch problem {
      case .inUse:
        throw Failure(
          .tryAgain, code: "salesInUse", "another program sells this for \(payTo.checksummed)",
          hint: "stop it, or be paid on another account")
      case .unreadable(let line):
        throw Failure(
          .refused, code: "salesUnreadable", "line \(line) of \(path) cannot be read",
          hint: "put it away when no payment of the last day matters any more")
      case .failed(let code): throw Failure.file(path, "write", code)
      }
    }
  }
}
