// The proof of a run: what it shows, how long it is, when it came, and what the ledger found.

import Chain
import Inference
import Kernel
import Market
import Primitives
import Proofs

/// What a page says of the evidence of a proved run.
struct ProofView {
  /// A part of the file and its bytes.
  typealias Part = (name: String, bytes: Int)

  /// The messages that handed over the input and that brought the proof, and their blocks.
  struct Moment {
    let height: UInt64
    let time: Time?
  }

  private let model: Bytes32
  private let bytes: Int
  private let level: ProofLevel
  private let parts: [Part]
  /// What the ledger found. A page does not verify again: whoever asked for it often would make the
  /// server work much for a little.
  private let holds: Bool
  /// Of a proof that hides its input, how the run ended: it stood for a while before.
  private let end: (outcome: Outcome, moment: Moment)?
  private let input: Moment?
  private let shown: Moment

  /// Nil where the run was not judged by a proof.
  ///
  /// - Parameter height: the block that settled it.
  init?(_ settled: SettledRun, at height: UInt64, in house: House) throws {
    guard settled.check.kind == ProvedCheck.name,
      let seat = settled.verdict.seats.first, seat.evidence != EvidenceID(),
      let (record, signed) = try house.signed(seat.evidence.digest),
      case .submitProof(let m) = signed.message
    else { return nil }
    bytes = m.proof.count
    shown = Moment(height: record.height, time: try house.time(of: record.height))
    input = try house.records.message(settled.startedBy).value.map {
      Moment(height: $0.height, time: try house.time(of: $0.height))
    }
    guard let proof = try? Proof(bytes: m.proof) else { return nil }
    level = proof.level
    (model, parts) = ProofView.parts(of: proof)
    let outcome = settled.verdict.outcome
    holds = outcome == .proved || outcome == .otherInput
    let time = try house.time(of: height)
    end =
      settled.check.hidesInput && holds ? (outcome, Moment(height: height, time: time)) : nil
  }

  /// Every list of the file, so that they add up to it: a hash of a path takes 34 bytes there.
  private static func parts(of proof: Proof) -> (model: Bytes32, parts: [Part]) {
    switch proof {
    case .open(let own):
      return (
        SHA256.hash(own.manifest),
        [
          ("manifest", own.manifest.count), ("input", own.input.count),
          ("sums of every layer", own.sums.count), ("sum-check", own.rounds.count),
          ("ends", own.ends.count), ("combined row", own.row.count),
          ("opened columns", own.columns.count), ("paths", own.path.count * 34),
        ]
      )
    case .succinct(let own):
      return (
        SHA256.hash(own.manifest),
        [
          ("manifest", own.manifest.count), ("input", own.input.count),
          ("output", own.output.count), ("how often each byte occurs", own.counts.count),
          ("that the witness holds bytes", own.products.count),
          ("that roundings are right", own.roundings.count),
          ("that maxima are attained", own.maxima.count),
          ("sum-check over the sums", own.sums.count),
          ("sum-check over the columns", own.rounds.count + own.ends.count + own.values.count),
          ("sum-check over the witness", own.claims.count),
          ("combined row of weights", own.row.count), ("opened columns", own.columns.count),
          ("paths", own.path.count * 34), ("combined row of the witness", own.witnessRow.count),
          ("columns of the witness", own.witnessColumns.count),
          ("paths of the witness", own.witnessPath.count * 34),
        ] + helpers(of: own)
      )
    case .private(let own):
      return (
        SHA256.hash(own.manifest),
        [
          ("manifest", own.manifest.count), ("output", own.output.count),
          ("value of the input, under a pad", own.input.count),
          ("messages under pads", own.messages.count),
          ("ends of rows of weights", own.ends.count),
          ("masked factors", own.factors.count),
          ("combined row of weights", own.row.count), ("opened columns", own.columns.count),
          ("salts of hidden columns", own.salts.count * 34), ("paths", own.path.count * 34),
          ("masked sum-check", own.rounds.count),
          ("masked row of the witness", own.witnessRow.count),
          ("columns of the witness", own.witnessColumns.count),
          ("salts of its leaves", own.witnessSalts.count * 34),
          ("paths of the witness", own.witnessPath.count * 34),
        ]
      )
    }
  }

  /// What only a model with tables, products of activations, norms or symbols has.
  private static func helpers(of proof: SuccinctProof) -> [Part] {
    [
      ("how often each entry of tables is read", proof.tables.count),
      ("that results of tables stand in them", proof.lookups.count),
      ("that products of activations are products", proof.factors.count),
    ].filter { $0.1 > 0 }
  }

  // MARK: - As a page

  var markup: Markup {
    let verified: Markup =
      holds
      ? """
      \(Parts.badge("it holds", .good)) with an error below \
      2<sup>−\(SecurityLevel.leastBits)</sup>, or it would have been refused
      """
      : "\(Parts.badge("it fails", .bad)) and cost its provider the bond"
    return """
      <h3>Proof</h3>
      \(Parts.fields([
        (
          "It shows",
          end == nil
            ? "that \(Parts.model(model)) maps the input of this run to the output"
            : "that \(Parts.model(model)) maps an input, which it hides, to the output"
        ),
        ("Level", "<code>\(level.name)</code>: \(ProofWords.hides(level))"),
        ("Size", "\(Formats.grouped(UInt64(bytes))) bytes"), ("Verified", verified),
      ]))
      \(timeline)
      \(Parts.table("What it is made of", ["Part", "#Bytes"], rows, empty: ""))
      """
  }

  private var rows: [[Markup]] {
    parts.map { ["\($0.name)", "\(Formats.grouped(UInt64($0.bytes)))"] }
  }

  /// What the ledger saw and when. What lies between is the provider's own time.
  private var timeline: Markup {
    var rows: [[Markup]] = []
    if let input { rows.append(["input handed over", ProofView.when(input), "the ledger"]) }
    rows.append(
      ["run, committed, proved", between, "only the provider knows how long each of them took"])
    rows.append(["proof handed in", ProofView.when(shown), "the ledger"])
    guard let end else {
      rows.append(
        ["proof verified, run settled", ProofView.when(shown), "every node, in that block"])
      return Parts.table("Timeline", ["Step", "When", "Who says so"], rows, empty: "")
    }
    rows.append(["proof verified", ProofView.when(shown), "every node, in that block"])
    rows.append([
      end.outcome == .otherInput
        ? "the input was shown: the proof is about another one"
        : "accepted, or not contested in time",
      ProofView.when(end.moment), "the ledger",
    ])
    return Parts.table("Timeline", ["Step", "When", "Who says so"], rows, empty: "")
  }

  private var between: Markup {
    guard let from = input?.time, let to = shown.time, to >= from else { return "in between" }
    return "within \(Formats.span(to.milliseconds - from.milliseconds))"
  }

  private static func when(_ moment: Moment) -> Markup {
    guard let time = moment.time else { return "in block \(Parts.block(moment.height))" }
    return "\(Parts.time(time)), block \(Parts.block(moment.height))"
  }

  // MARK: - As its twin

  var json: JSONValue {
    .object([
      .init(name: "level", value: .string(level.name)),
      .init(name: "model", value: .string(PrintedID.full("model", model))),
      .init(name: "bytes", value: .unsigned(UInt64(bytes))),
      .init(
        name: "parts",
        value: .object(parts.map { .init(name: $0.name, value: .unsigned(UInt64($0.bytes))) })),
      .init(name: "inputIn", value: input.map { .unsigned($0.height) } ?? .null),
      .init(name: "verifiedIn", value: .unsigned(shown.height)),
      .init(name: "holds", value: .bool(holds)),
    ])
  }
}
