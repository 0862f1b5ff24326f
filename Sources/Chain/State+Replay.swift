// Carries out a block that somebody else made, and compares everything that its header says.

public import Kernel
public import Primitives

extension State {
  /// Carries out a signed block. Whatever can be seen from the block alone is refused before
  /// anything changes; a result that differs is found only afterwards, and tears the state.
  public mutating func replay(_ block: Block) throws(Refusal) -> [RowChange] {
    var verified: [VerifiedMessage] = []
    verified.reserveCapacity(block.body.count)
    for signed in block.body {
      verified.append(try VerifiedMessage(signed, domain: domain, network: network))
    }
    return try replay(block, verified)
  }

  /// The same for messages whose signatures were checked elsewhere, on many cores for instance.
  public mutating func replay(
    _ block: Block, _ messages: [VerifiedMessage]
  ) throws(Refusal) -> [RowChange] {
    let plan = try checkBeforeReplay(block, messages)
    _ = try begin(plan)
    let messages = messages.span
    for index in messages.indices {
      do throws(Refusal) {
        results.outcomes.append(try apply(messages, at: index))
      } catch {
        isTorn = true
        throw .notAdmitted(index: index, height: block.height)
      }
    }
    var header = Header()
    header.network = network
    header.parent = tip
    // It was compared with the messages before anything changed.
    let changes = end(&header, plan, bodyRoot: block.header.bodyRoot)
    let made = takeResults()
    do throws(Refusal) {
      try compare(header, block.header)
      guard made == block.results else { throw .rootDiffers("results", at: block.height) }
    } catch {
      isTorn = true
      throw error
    }
    tip = header.id
    return changes
  }

  /// Place, signature, rules, roots of what the block carries, and what `begin` would refuse.
  private func checkBeforeReplay(
    _ block: Block, _ messages: [VerifiedMessage]
  ) throws(Refusal) -> BlockPlan {
    guard !isTorn else { throw .stateIsTorn }
    let header = block.header
    guard header.rules <= Header.currentRules else {
      throw Refusal("newerRules", ["rules": header.rules, "known": Header.currentRules])
    }
    guard header.rules == Header.currentRules else {
      throw .rootDiffers("rules", at: header.height)
    }
    guard header.network == network else { throw .rootDiffers("network", at: header.height) }
    guard header.height == height + 1 else {
      throw Refusal("wrongHeight", ["height": header.height, "wanted": height + 1])
    }
    guard header.parent == tip else { throw .rootDiffers("parent", at: header.height) }
    try block.checkSignature(by: genesis.operator)
    guard messages.map(\.signed) == block.body,
      MerkleTree.root(of: messages.map(\.leaf)) == header.bodyRoot
    else { throw .rootDiffers("bodyRoot", at: header.height) }
    guard block.results.receiptsRoot == header.receiptsRoot else {
      throw .rootDiffers("receiptsRoot", at: header.height)
    }
    guard block.results.eventsRoot == header.eventsRoot else {
      throw .rootDiffers("eventsRoot", at: header.height)
    }
    try checkSize(messages)
    let paused = kernel.clock.paused
    guard header.paused >= paused else { throw .rootDiffers("paused", at: header.height) }
    let pause = Time(header.paused.milliseconds - paused.milliseconds)
    return BlockPlan(time: header.time, pause: pause, link: header.link)
  }

  /// A block takes what its terms allow, and one message whatever its size.
  private func checkSize(_ messages: [VerifiedMessage]) throws(Refusal) {
    guard messages.count > 1 else { return }
    let limit = kernel.terms.current.blockBytes
    let size = messages.reduce(UInt64(0)) { $0 + UInt64($1.size) }
    guard size <= limit else {
      throw .tooLong(Int(clamping: size), limit: Int(clamping: limit))
    }
  }

  /// Names the first field in which two headers differ.
  private func compare(_ made: Header, _ said: Header) throws(Refusal) {
    let roots: [(String, Bytes32, Bytes32)] = [
      ("bodyRoot", made.bodyRoot, said.bodyRoot),
      ("receiptsRoot", made.receiptsRoot, said.receiptsRoot),
      ("eventsRoot", made.eventsRoot, said.eventsRoot),
      ("stateRoot", made.stateRoot, said.stateRoot),
    ]
    for (name, mine, theirs) in roots where mine != theirs {
      throw .rootDiffers(name, at: said.height)
    }
    guard made == said else { throw .rootDiffers("header", at: said.height) }
  }
}

extension Refusal {
  /// What a block says is not what carrying it out makes; the number bears the name of what
  /// differs, and is the block's height.
  static func rootDiffers(_ which: String, at height: UInt64) -> Refusal {
    Refusal("rootDiffers", [Number(which, height)])
  }

  /// A block holds a message that could not have been admitted.
  static func notAdmitted(index: Int, height: UInt64) -> Refusal {
    Refusal("notAdmitted", ["index": UInt64(index), "height": height])
  }

  /// A block was refused after it had changed rows; the state must be read again.
  static var stateIsTorn: Refusal { Refusal("stateIsTorn") }
}
