// A key and a node: signs a message of a person, sends it, and says what became of it.

import Agents
import ArgumentParser
import Chain
import Ciphers
import Kernel
import NetworkRoom
import Primitives

/// Which key signs.
struct KeyOptions: ParsableArguments {
  @Option(
    help: "Your key, by name or address; else TOLSEY_KEY, else your only one.",
    completion: .keys)
  var key: String?

  func open() throws -> (name: String, key: PrivateKey) { try KeysFolder().key(key) }

  /// An account: an address as it is, or that of one of your keys.
  static func address(_ word: String?) throws -> Address {
    if let word, word.hasPrefix("0x"), word.utf8.count == 42 {
      guard let address = Address(hex: word) else {
        throw Failure(
          .usage, code: "badAddress", "\(word) has a mistyped letter",
          hint: "copy the address again; letters of both cases are a checksum")
      }
      return address
    }
    return try KeysFolder().key(word).key.address
  }
}

struct Wallet {
  /// Actors use the lanes below; what a person sends by hand goes beside them.
  static let lane: UInt8 = 200
  /// How long a message may wait for its block, in seconds.
  static let patience: UInt64 = 600

  let link: NodeLink
  let key: PrivateKey

  init(_ link: NodeLink, _ key: PrivateKey) {
    self.link = link
    self.key = key
  }

  /// Signs and sends a message, and waits for its block. What the rules refuse is thrown.
  func send(_ write: (Head) throws -> Message) async throws -> Settlement {
    let address = key.address
    let account = try await link.ask { client throws(ClientError) in
      try await client.account(address)
    }
    let head = Head(
      from: address, lane: Wallet.lane, sequence: account.nextSequence(lane: Wallet.lane),
      validUntil: try await link.now().time.after(seconds: Wallet.patience))
    let message = try write(head)
    let genesis = try await link.ask { client throws(ClientError) in try await client.genesis() }
    let signed = SignedMessage.signing(message, with: key, domain: genesis.domain)
    let settlement = try await link.ask { client throws(ClientError) in
      try await client.submit(signed)
    }
    if let refusal = settlement.outcome.refusal { throw Failure(refusal) }
    return settlement
  }

  /// Sees to it that others can seal to this account, whom the ledger keeps from dealing else.
  func publishKey() async throws {
    let account = try await link.ask { [key] client throws(ClientError) in
      try await client.account(key.address)
    }
    let own = SealingKey(of: key).published
    if account.row?.sealingKey == own { return }
    _ = try await send { .publishKey(PublishKey($0, sealingKey: own)) }
  }

  static func data(_ settlement: Settlement) -> JSONValue {
    [
      "id": .string("\(settlement.id)"), "height": .unsigned(settlement.height),
      "toll": .unsigned(settlement.outcome.toll.units),
    ]
  }
}
