// The canonical order of the terms, in four parts.

import Primitives

extension Terms {
  mutating func bondFields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("audit", &audit)
    try v("coalition", &coalition)
    try v("winner", &winner)
    try v("minority", &minority)
    try v("courtFloor", &courtFloor)
    try v("auditBase", &auditBase)
    try v("auditTurns", &auditTurns)
    try v("auditOperators", &auditOperators)
    try v("bidBond", &bidBond)
    try v("bidBondFloor", &bidBondFloor)
    try v("replicas", &replicas)
    try v("bidFactor", &bidFactor)
    try v("saltForfeit", &saltForfeit)
    try v("take", &take)
    try v("idle", &idle)
  }

  mutating func callFields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("standingBond", &standingBond)
    try v("claimTarget", &claimTarget)
    try v("minClaim", &minClaim)
    try v("maxCall", &maxCall)
    try v("claimInterval", &claimInterval)
    try v("withdrawDelay", &withdrawDelay)
    try v("unbonding", &unbonding)
    try v("tollBase", &tollBase)
    try v("tollBytes", &tollBytes)
    try v("tollAccount", &tollAccount)
    try v("tollBlob", &tollBlob)
  }

  mutating func windowFields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("acceptWindow", &acceptWindow)
    try v("bidWindow", &bidWindow)
    try v("revealWindow", &revealWindow)
    try v("honourWindow", &honourWindow)
    try v("saltWindow", &saltWindow)
    try v("inputWindow", &inputWindow)
    try v("auditWindow", &auditWindow)
    try v("disputeWindow", &disputeWindow)
    try v("chess", &chess)
    try v("sealWindow", &sealWindow)
    try v("demandWindow", &demandWindow)
    try v("demandGrace", &demandGrace)
  }

  mutating func recordFields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("weightFloor", &weightFloor)
    try v("weightPrior", &weightPrior)
    try v("fault", &fault)
    try v("maxRejection", &maxRejection)
    try v("blockBytes", &blockBytes)
    try v("blockTimers", &blockTimers)
    try v("messageRate", &messageRate)
    try v("amendDelay", &amendDelay)
    try v("blobRetention", &blobRetention)
    try v("maxMessage", &maxMessage)
    try v("maxBidders", &maxBidders)
    try v("maxRuns", &maxRuns)
    try v("maxParallel", &maxParallel)
    try v("maxCapacity", &maxCapacity)
    try v("maxUnits", &maxUnits)
    try v("maxRunTime", &maxRunTime)
    try v("maxCallTime", &maxCallTime)
  }
}
