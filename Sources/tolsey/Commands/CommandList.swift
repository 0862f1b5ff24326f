// Every command, in the sections of `tolsey --help`. A new one is one word here.

import ArgumentParser

enum CommandList {
  static let groups = [
    CommandGroup(
      name: "Every day",
      subcommands: [
        DemoCommand.self, UpCommand.self, BuyCommand.self, SellCommand.self, CheckCommand.self,
        WatchCommand.self, VerifyCommand.self,
      ]),
    CommandGroup(
      name: "Yours",
      subcommands: [
        KeyCommand.self, ModelCommand.self, AgentCommand.self, ConfigCommand.self,
      ]),
    CommandGroup(
      name: "Market",
      subcommands: [
        AccountCommand.self, OrderCommand.self, BidCommand.self, OfferCommand.self,
        LeaseCommand.self, RunCommand.self,
        VoucherCommand.self,
      ]),
    CommandGroup(
      name: "Checking",
      subcommands: [
        ReceiptCommand.self, ProofCommand.self, DisputeCommand.self, AuditorCommand.self,
        ChainCommand.self,
        BlockCommand.self, MessageCommand.self, EventCommand.self,
      ]),
    CommandGroup(
      name: "Rules",
      subcommands: [
        AuctionCommand.self, SettleCommand.self, TermsCommand.self, CheatsCommand.self,
        SubnetCommand.self, RootCommand.self,
        TournamentCommand.self, TopicCommand.self, LabelsCommand.self,
        JudgeCommand.self, TaskCommand.self,
      ]),
    CommandGroup(name: "Node", subcommands: [DatabaseCommand.self, DoctorCommand.self]),
    CommandGroup(
      name: "Program",
      subcommands: [
        ConceptsCommand.self, CompletionsCommand.self, SchemaCommand.self, VersionCommand.self,
        DocsCommand.self,
      ]),
  ]
}
