// An epoch as a file describes it, run by the same function as a subnet's own.

public import Primitives

/// One worked epoch, in the format of `Tests/Vectors/yuma`: an `input`, and, where the file has
/// them, what the network's own tests published and what a reference computed.
public struct YumaStep: Sendable {
  public let input: YumaInput
  public let outcome: YumaOutcome
  /// Where the outcome differs from `reference` or `published`, in words; nil without either.
  public let differences: [String]?

  public init(json: JSONValue, path: String = "") throws(Refusal) {
    let fields = try CaseFields(json, path: path)
    let inner = fields.optional("input") ?? json
    input = try YumaInput(
      json: inner, path: fields.optional("input") == nil ? path : fields.place("input"))
    let outcome = try YumaEpoch.run(input)
    self.outcome = outcome
    var found: [String]?
    if let reference = fields.optional("reference") {
      found = outcome.differences(from: reference)
    }
    if let raw = fields.optional("reference_raw_i32f32") {
      found = (found ?? []) + outcome.rawDifferences(from: raw)
    }
    if let published = fields.optional("published") {
      let tolerance = fields.optional("tolerance")?.fixed
      found = (found ?? []) + PublishedEpoch(published, tolerance, outcome, input).differences
    }
    differences = found
  }

  /// The epochs of a file: a list, an object with `steps`, or one epoch.
  public static func all(in json: JSONValue) throws(Refusal) -> [YumaStep] {
    let isStep = json["input"] != nil || json["stakes"] != nil
    if isStep { return [try YumaStep(json: json)] }
    guard let list = json.array ?? json["steps"]?.array else {
      throw .missingField("steps")
    }
    let root = json.array == nil ? "steps." : ""
    var steps: [YumaStep] = []
    for (index, one) in list.enumerated() {
      steps.append(try YumaStep(json: one, path: "\(root)\(index)"))
    }
    return steps
  }
}

extension YumaInput {
  /// Reads the fields that subtensor's epoch reads, by their names there.
  public init(json: JSONValue, path: String = "") throws(Refusal) {
    let fields = try CaseFields(json, path: path)
    let stakes = try fields.list("stakes", "number") { $0.fixed }
    self.init(count: stakes.count)
    self.stakes = stakes
    let count = try fields.number("n", or: UInt64(stakes.count))
    guard count == UInt64(stakes.count) else {
      throw .badField(fields.place("stakes"), wants: "\(count) numbers")
    }
    stakeThreshold = try fields.number("stake_threshold", or: 0)
    owner = try fields.value("owner_uid", "uid", or: .some(nil)) { (json) -> Int?? in
      json.uint64.flatMap { Int(exactly: $0) }.map { .some($0) }
    }
    currentBlock = try fields.number("current_block")
    tempo = try fields.number("tempo", or: tempo)
    activityCutoff = try fields.number("activity_cutoff", or: activityCutoff)
    lastStepBlock = try fields.number("last_step_block", or: 0)
    lastUpdate = try fields.list("last_update", "uint64") { $0.uint64 }
    registeredAt = try fields.list("block_at_registration", "uint64") { $0.uint64 }
    permits = try fields.list("validator_permits", "bool") { $0.bool }
    maxValidators = try fields.value("max_allowed_validators", "count", or: maxValidators) {
      $0.uint64.flatMap { Int(exactly: $0) }
    }
    weights = try fields.list("weights", "row of [uid, share]", Self.row)
    bonds = try fields.list("bonds", "row of [uid, share]", or: bonds, Self.row)
    oldestCommit = try fields.list("oldest_commit_block", "uint64 or null", or: []) {
      $0 == .null ? .some(nil) : $0.uint64.map { .some($0) }
    }
    kappa = try fields.share("kappa", or: kappa)
    bondsPenalty = try fields.share("bonds_penalty", or: bondsPenalty)
    bondsMovingAverage = try fields.number("bonds_moving_average", or: bondsMovingAverage)
    isYuma3 = try fields.flag("yuma3")
    hasLiquidAlpha = try fields.flag("liquid_alpha")
    let alphas = try fields.list("alpha_values", "uint16", or: [alphaLow, alphaHigh]) {
      CaseFields.share($0)
    }
    guard alphas.count == 2 else {
      throw .badField(fields.place("alpha_values"), wants: "[low, high]")
    }
    (alphaLow, alphaHigh) = (alphas[0], alphas[1])
    alphaSteepness = try fields.value("alpha_sigmoid_steepness", "int16", or: alphaSteepness) {
      $0.int64.flatMap { Int16(exactly: $0) }
    }
    emission = try fields.number("rao_emission", or: 0)
  }

  private static func row(_ json: JSONValue) -> [YumaEntry]? {
    guard let pairs = json.array else { return nil }
    var row: [YumaEntry] = []
    row.reserveCapacity(pairs.count)
    for pair in pairs {
      guard let parts = pair.array, parts.count == 2, let share = CaseFields.share(parts[1]),
        let uid = CaseFields.share(parts[0])
      else { return nil }
      row.append(YumaEntry(uid, share))
    }
    return row
  }
}
