// The operator's hash chain: every block takes its next link and no other.

import Kernel
import Primitives
import Testing

@Suite("Links")
struct LinksTests {
  @Test
  func everyLinkHashesToTheOneBefore() throws {
    let chain = links(5, seed: 1)
    var state = BeaconState(value: word(7), anchor: chain[5])
    for index in [4, 3, 2, 1, 0] {
      state = try state.advanced(by: chain[index])
      #expect(state.link == chain[index])
    }
    #expect(state.remaining == BeaconState.chainLength - 5)
    #expect(state.value == word(7))
  }

  @Test
  func otherLinksAreRefused() {
    let chain = links(5, seed: 1)
    let state = BeaconState(value: word(7), anchor: chain[5])
    for link in [chain[5], chain[3], word(1), .zero] {
      #expect(
        refusal { () throws(Refusal) in _ = try state.advanced(by: link) } == .wrongLink)
    }
  }

  @Test
  func theAnnouncedChainFollows() throws {
    let old = links(2, seed: 1)
    let new = links(2, seed: 2)
    var state = BeaconState(value: .zero, anchor: old[2])
    state = try state.renewed(anchor: new[2])
    state.remaining = 1
    #expect(
      refusal { () throws(Refusal) in _ = try state.advanced(by: new[1]) } == .wrongLink,
      "the old chain is used up first")
    state = try state.advanced(by: old[1])
    #expect(state.remaining == 0)
    #expect(
      refusal { () throws(Refusal) in _ = try state.advanced(by: old[0]) } == .wrongLink,
      "the old chain has ended")
    state = try state.advanced(by: new[1])
    #expect(state.remaining == BeaconState.chainLength - 1)
    #expect(state.nextAnchor == .zero)
  }

  @Test
  func withoutAnotherChainThereIsNoBlock() {
    let chain = links(2, seed: 1)
    let state = BeaconState(value: .zero, anchor: chain[2], remaining: 0)
    #expect(
      refusal { () throws(Refusal) in _ = try state.advanced(by: chain[1]) } == .linksUsedUp)
  }

  /// Whoever could choose the next chain twice, or at the last moment, could try anchors until
  /// a draw suits.
  @Test
  func theOperatorCannotPickTheNextChain() throws {
    var state = BeaconState(value: .zero, anchor: word(1))
    #expect(
      refusal { () throws(Refusal) in _ = try state.renewed(anchor: .zero) } == .emptyAnchor)
    let renewed = try state.renewed(anchor: word(2))
    #expect(
      refusal { () throws(Refusal) in _ = try renewed.renewed(anchor: word(3)) }
        == .linksAlreadyRenewed)
    state.remaining = BeaconState.renewalMargin
    #expect(try state.renewed(anchor: word(2)).nextAnchor == word(2))
    state.remaining -= 1
    #expect(
      refusal { () throws(Refusal) in _ = try state.renewed(anchor: word(2)) }
        == .renewalTooLate(remaining: 1023, needs: 1024))
  }
}
