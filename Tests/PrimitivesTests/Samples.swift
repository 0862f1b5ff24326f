// Field lists of every shape: the structs of the EIP-712 cases, and what the CBOR tests mutate.

import Primitives

struct CheckTerms: Fielded, Equatable {
  static let typeName = "CheckTerms"
  var kind = ""
  var numbers: [Number] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("kind", &kind)
    try v("numbers", &numbers)
  }
}

struct Person: Fielded, Equatable {
  static let typeName = "Person"
  var name = ""
  var wallet = Address()

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("name", &name)
    try v("wallet", &wallet)
  }
}

struct Mail: Fielded, Equatable {
  static let typeName = "Mail"
  var from = Person()
  var to = Person()
  var contents = ""

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("from", &from)
    try v("to", &to)
    try v("contents", &contents)
  }
}

struct Leaves: Fielded, Equatable {
  static let typeName = "Leaves"
  var flag = false
  var small: UInt8 = 0
  var middle: UInt32 = 0
  var large = Amount()
  var huge = UInt256()
  var word = Bytes32()
  var who = Address()
  var data: [UInt8] = []
  var text = ""

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("flag", &flag)
    try v("small", &small)
    try v("middle", &middle)
    try v("large", &large)
    try v("huge", &huge)
    try v("word", &word)
    try v("who", &who)
    try v("data", &data)
    try v("text", &text)
  }
}

struct Lists: Fielded, Equatable {
  static let typeName = "Lists"
  var numbers: [UInt64] = []
  var words: [Bytes32] = []
  var people: [Address] = []
  var texts: [String] = []
  var named: [Number] = []
  var terms: [CheckTerms] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("numbers", &numbers)
    try v("words", &words)
    try v("people", &people)
    try v("texts", &texts)
    try v("named", &named)
    try v("terms", &terms)
  }
}

struct PlaceOrder: Fielded, Equatable {
  static let typeName = "PlaceOrder"
  var from = Address()
  var lane: UInt8 = 0
  var sequence: UInt64 = 0
  var validUntil = Time()
  var spec: [UInt8] = []
  var check = CheckTerms()
  var limit = Rate()
  var allowed: [Address] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("from", &from)
    try v("lane", &lane)
    try v("sequence", &sequence)
    try v("validUntil", &validUntil)
    try v("spec", &spec)
    try v("check", &check)
    try v("limit", &limit)
    try v("allowed", &allowed)
  }
}

struct Apple: Fielded, Equatable {
  static let typeName = "Apple"
  var core: [UInt8] = []
  var rate = Rate()
  var ripe = false

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("core", &core)
    try v("rate", &rate)
    try v("ripe", &ripe)
  }
}

struct Mango: Fielded, Equatable {
  static let typeName = "Mango"
  var apple = Apple()
  var seed = Bytes32()

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("apple", &apple)
    try v("seed", &seed)
  }
}

struct Zebra: Fielded, Equatable {
  static let typeName = "Zebra"
  var apple = Apple()
  var mango: [Mango] = []
  var stripes = UInt256()

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("apple", &apple)
    try v("mango", &mango)
    try v("stripes", &stripes)
  }
}

struct Foreign: Fielded, Equatable {
  static let typeName = "Foreign"
  var delay = UInt40()
  var period = UInt48()
  var fee = UInt96()
  var sum = EVMUInt128()
  var allowance = UInt160()
  var delays: [UInt40] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("delay", &delay)
    try v("period", &period)
    try v("fee", &fee)
    try v("sum", &sum)
    try v("allowance", &allowance)
    try v("delays", &delays)
  }
}

/// A type that holds a list of itself, for the limits of depth.
struct Onion: Fielded, Equatable {
  static let typeName = "Onion"
  var layers: [Onion] = []

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("layers", &layers)
  }
}
