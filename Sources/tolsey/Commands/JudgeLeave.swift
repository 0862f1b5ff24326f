// `tolsey judge leave`: gives up the place among those who are drawn.

import ArgumentParser
import Chain
import Kernel
import NetworkRoom
import Primitives

struct JudgeLeave: OneMessage {
  static let configuration = CommandConfiguration(
    commandName: "leave", abstract: "Stand ready no longer.",
    discussion: """
      You leave every list that you stand on, that of audits included. Over answers that lay open \
      before, you may still be drawn: keep 'tolsey judge serve' running until those are over. The \
      bond comes back a week later.
      """)
  static let schema = "judge.leave/1"

  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func message(_ link: NodeLink, from account: Address) async throws -> (Head) -> Message {
    JudgeStand.leaving
  }

  func text(_ settlement: Settlement, _ paint: Paint) -> String {
    "you stand ready no longer; the bond comes back in a week"
  }
}
