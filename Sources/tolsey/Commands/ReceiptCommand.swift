// `tolsey receipt verify` and its shortcut `tolsey verify`: what a receipt proves, offline.

import ArgumentParser
import Chain
import Graphs
import Models
import Payments
import Primitives

struct ReceiptCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "receipt", abstract: "Receipts: the whole road of a run in one file.",
    subcommands: [ReceiptList.self, ReceiptShow.self, ReceiptVerify.self])
}

struct ReceiptVerify: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Check a receipt, without any node.",
    discussion: VerifyOptions.discussion)
  static let schema = "receipt.verify/1"

  @OptionGroup var verify: VerifyOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) throws { try verify.run(on: console, Self.schema) }
}

struct VerifyCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Check a receipt, without any node (receipt verify).",
    discussion: VerifyOptions.discussion)
  static let schema = "receipt.verify/1"

  @OptionGroup var verify: VerifyOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) throws { try verify.run(on: console, Self.schema) }
}

struct VerifyOptions: ParsableArguments {
  static let discussion = """
    Every link, signature and sum is worked out anew. It says apart whether the file is \
    consistent, which operator of which network signed it, and whether you know them: from a node \
    that you talked to before ($TOLSEY_HOME/known_operators), or by --operator and --network. \
    A run that was paid at a provider's own door is signed by the provider alone; its receipt, or \
    the JSON of the answer that it came in, is judged as that; its sealed receipt \
    shows what paid for it, too: the payment in its block, or the claim of vouchers in its. \
    Where the run's proof hides its input, --input and --salt say whether it is about that \
    input. It exits with 65 when the receipt does not verify.
    """

  @Argument(help: "The receipt.") var file: String
  @Flag(help: "Fail unless the operator of this network is known to you.") var known = false
  @Option(help: "The operator's address that you expect.") var `operator`: String?
  @Option(help: "The network's id that you expect, or its first digits.") var network: String?
  @Option(help: "The run's input, where its proof hides that; takes the model at hand.")
  var input: String?
  @Option(help: "Which sample of the input, from 0.") var index = 0
  @Option(help: "The salt of that input, as 'tolsey buy' printed it.") var salt: String?
  @Option(
    help: "A file with the text of the answer: is it the one that the provider signed?",
    completion: .file())
  var answer: String?

  func run(on console: Console, _ schema: String) throws {
    let expected = try expectedOperator()
    let bytes = try readFile()
    if SignedRunView.isOne(bytes) { return try judge(bytes, expected, on: console, schema) }
    if VerifiedSeal.isOne(bytes) { return try judgeSealed(bytes, expected, on: console, schema) }
    guard answer == nil else {
      throw Failure(
        .usage, code: "answerIsSealed", "a sealed receipt is not judged beside a text",
        hint: "leave --answer away")
    }
    let verified: VerifiedReceipt
    do throws(Refusal) { verified = try ReceiptVerifier.verify(bytes) } catch {
      throw ReceiptFailure.failure(error, file)
    }
    let isAbout = try matchInput(of: verified)
    let networks = try networks(expected, verified.operator, verified.network)
    let view = ReceiptView(verified, isKnown: verified.isKnown(networks), isAbout: isAbout)
    let failure = try failure(
      verified.operator, verified.network, expected, isKnown: view.isKnown)
    if failure == nil, !view.isKnown {
      console.warn("you do not know operator \(verified.operator.checksummed) of this network")
    }
    try console.verdict(schema, view.data, failing: failure) { view.text($0) }
  }

  /// The networks that are known, and the one that is expected where this is it.
  private func networks(
    _ expected: Address?, _ operator: Address, _ network: Bytes32
  ) throws -> [KnownNetwork] {
    var networks = try KnownOperators.read().networks
    if let expected, expected == `operator` {
      networks.append(KnownNetwork(network: network, operator: expected))
    }
    return networks
  }

  /// A run that a claim of vouchers sealed, or the payment that bought it.
  private func judgeSealed(
    _ bytes: [UInt8], _ expected: Address?, on console: Console, _ schema: String
  ) throws {
    let text = try answer.map { try LocalFile.read($0, limit: 16 << 20) }
    let verified: VerifiedSeal
    do throws(Refusal) { verified = try VerifiedSeal.verify(bytes) } catch {
      throw ReceiptFailure.failure(error, file)
    }
    let networks = try networks(expected, verified.operator, verified.network)
    let view: SealedRunView
    do throws(Refusal) {
      view = try SealedRunView(verified, isKnown: verified.isKnown(networks), answer: text)
    } catch { throw ReceiptFailure.failure(error, file) }
    let failure = try failure(
      verified.operator, verified.network, expected, isKnown: view.isKnown)
    if failure == nil, !view.isKnown {
      console.warn("you do not know operator \(verified.operator.checksummed) of this network")
    }
    try console.verdict(schema, view.data, failing: failure) { view.text($0) }
  }

  /// A run that only its provider signed.
  private func judge(
    _ bytes: [UInt8], _ expected: Address?, on console: Console, _ schema: String
  ) throws {
    let text = try answer.map { try LocalFile.read($0, limit: 16 << 20) }
    let view: SignedRunView
    do throws(Refusal) { view = try SignedRunView(verifying: bytes, answer: text) } catch {
      throw ReceiptFailure.failure(error, file)
    }
    let failure = SignedRunView.failure(
      known: known, expects: expected, network: network, view)
    try console.verdict(schema, view.data, failing: failure) { view.text($0) }
  }

  /// Whether the proof is about the input that was given; nil where none was.
  private func matchInput(of verified: VerifiedReceipt) throws -> Bool? {
    guard let input else { return nil }
    guard verified.hidesInput, let id = verified.model else {
      throw Failure(
        .usage, code: "inputInClear", "this receipt has no proof that hides its input",
        hint: "leave --input out")
    }
    guard let salt else {
      throw Failure(
        .usage, code: "badSalt", "the input is hidden",
        hint: "give its salt with --salt, as 'tolsey buy' said it")
    }
    let model = try ModelFolder().model(ModelID(id).description)
    let samples = try ModelInputs.samples(input, each: model.inputCount)
    guard samples.indices.contains(index) else {
      throw Failure(
        .usage, code: "noSample", "\(input) has \(samples.count) samples, numbered from 0",
        hint: "choose one with --index")
    }
    let bytes = try model.quantise(samples[index])
    let digest = try HiddenRun.salt(salt)
    return try VerifyOptions.judge(verified, bytes, salt: digest, named: input, file)
  }

  /// What the input says of the verdict. One that says that another input was proved is borne out
  /// by a proof that is not about this one, and broken by a proof that is.
  static func judge(
    _ verified: VerifiedReceipt, _ bytes: [UInt8], salt: Bytes32, named input: String,
    _ file: String
  ) throws -> Bool? {
    let isAbout: Bool?
    do throws(Refusal) { isAbout = try verified.judge(bytes, salt: salt) } catch {
      if error.station != nil { throw ReceiptFailure.failure(error, file) }
      let words = RefusalWords(error)
      throw Failure(.unverified, code: error.code, words.message, hint: words.hint)
    }
    if isAbout == false, verified.isProved {
      throw Failure(
        .unverified, code: "otherInput", "the proof is about another input than \(input)",
        hint: "while a run stands, 'tolsey buy --resume --contest' brings the money back")
    }
    return isAbout
  }

  /// A file longer than any receipt is none, and so does not verify.
  private func readFile() throws -> [UInt8] {
    do { return try LocalFile.read(file, limit: Receipt.sizeLimit) } catch var failure as Failure {
      if failure.code == "tooLarge" { failure.status = .unverified }
      throw failure
    }
  }

  private func expectedOperator() throws -> Address? {
    guard let text = `operator` else { return nil }
    guard let address = Address(hex: text) else {
      throw Failure(
        .usage, code: "badAddress", "\(text) is no address",
        hint: "an address is 0x and 40 hex digits; letters of both cases are a checksum")
    }
    return address
  }

  private func failure(
    _ signer: Address, _ of: Bytes32, _ expected: Address?, isKnown: Bool
  ) throws -> Failure? {
    if let expected, expected != signer {
      return Failure(
        .unverified, code: "otherOperator",
        "it is signed by \(signer.checksummed), not by \(expected.checksummed)",
        hint: "ask for the receipt of the operator that you expect")
    }
    if let network {
      let wanted = network.hasPrefix("0x") ? network.lowercased() : "0x" + network.lowercased()
      guard wanted.count >= 10 else {
        throw Failure(
          .usage, code: "prefixTooShort", "\(network) could be many networks",
          hint: "type at least eight digits of the network's id")
      }
      if !"\(of)".hasPrefix(wanted) {
        return Failure(
          .unverified, code: "otherNetwork", "it is of network \(of)",
          hint: "ask for a receipt of the network that you expect")
      }
    }
    if known, !isKnown {
      return Failure(
        .unverified, code: "unknownOperator",
        "you do not know operator \(signer.checksummed) of this network",
        hint: "talk to its node once, or name it with --operator if you trust it")
    }
    return nil
  }
}

/// Why a receipt does not verify, at which station.
enum ReceiptFailure {
  static func failure(_ refusal: Refusal, _ file: String) -> Failure {
    if let step = refusal.sealStep { return unsealed(step, refusal, file) }
    guard let station = refusal.station else {
      let words = RefusalWords(refusal)
      return Failure(
        .unverified, code: refusal.code, "\(file) does not verify: \(words.message)",
        hint: words.hint, data: ["consistent": false, "station": .null])
    }
    let what = refusal.numbers.count > 1 ? refusal.numbers[1].name : refusal.code
    let title = station.title(isOffer: false)
    let data: JSONValue = [
      "consistent": false, "station": .string("\(station)"),
      "number": .unsigned(UInt64(station.rawValue)), "what": .string(what),
    ]
    return Failure(
      .unverified, code: "receiptBroken",
      "\(file) does not verify: station \(station.rawValue) of 9, \(title), was changed (\(what))",
      hint: "get the file again from who gave it to you, or from the node that made it",
      data: data)
  }

  private static func unsealed(_ step: SealStep, _ refusal: Refusal, _ file: String) -> Failure {
    let what = refusal.numbers.count > 1 ? refusal.numbers[1].name : refusal.code
    return Failure(
      .unverified, code: refusal.code,
      "\(file) does not verify: step \(step.number) of \(SealStep.count), "
        + "\(step.title), does not hold (\(what))",
      hint: "get the file again from who sold the run",
      data: [
        "consistent": false, "step": .string("\(step)"),
        "number": .unsigned(step.number), "what": .string(what),
      ])
  }
}
