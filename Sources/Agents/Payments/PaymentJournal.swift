// The journal of an agent's single payments.

/// A journal that lost its end can make an agent pay a second time for one request, and never more
/// than its caps: what is charged stands in the log, which has a mark.
public typealias PaymentJournal = StepJournal<PaymentBook>

extension StepJournal where Book == PaymentBook {
  public convenience init(_ wallet: AgentWallet) throws(WalletFault) {
    try self.init(wallet, named: "payments.journal")
  }
}

extension PaymentBook: StepBook {}
