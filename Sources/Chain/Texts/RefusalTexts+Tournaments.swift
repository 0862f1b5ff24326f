// The sentences for what tournaments refuse.

extension RefusalTexts {
  static let tournaments: [RefusalText] = [
    RefusalText(
      "noSuchTournament", "there is no tournament {tournament}",
      hint: "see 'tolsey tournament list'"),
    RefusalText(
      "badTournamentName", "a tournament's name is 1 to 32 small letters, digits and dashes",
      hint: "write it like rain-47"),
    RefusalText(
      "badTruthSource", "the source of the truth makes no sense",
      hint: "a word has no check and no spec, a run has both; a value has 1, 2 or 4 bytes"),
    RefusalText(
      "truthUnchecked", "a run under that check does not end with one answer that anybody can open",
      hint: "name 'proved', 'disputable', or 'replicated' with an audit"),
    RefusalText(
      "purseOverBond", "the owner's bond answers for {room$} more of the purse, and no more",
      hint: "make the bond as large as the purse can become"),
    RefusalText(
      "entriesClosed", "entries are closed, and the purse is final",
      hint: "'tolsey tournament list' shows those that are open"),
    RefusalText(
      "entriesOpen", "entries are still open: what is shown now could be copied",
      hint: "send it again after entries close"),
    RefusalText(
      "runNotNamed", "reveals begin when the time for naming the run is over",
      hint: "'tolsey tournament show' says when that is"),
    RefusalText(
      "revealsOpen", "forecasts are still being entered or revealed",
      hint: "send it again after reveals end"),
    RefusalText(
      "revealsEnded", "the time for revealing is over",
      hint: "a forecast that stays shut loses what the worst one can lose"),
    RefusalText(
      "ownTournament", "who owns a tournament does not enter it",
      hint: "'tolsey tournament fund' adds to the purse"),
    RefusalText(
      "boardIsFull", "every place is taken by a stake of {least$} or more",
      hint: "stake more than that"),
    RefusalText(
      "notEntered", "the account has no forecast in this tournament",
      hint: "it may have given way to a greater stake; 'tolsey tournament show' lists the board"),
    RefusalText(
      "revealedAlready", "the forecast is revealed already", hint: "there is nothing left to do"),
    RefusalText(
      "forecastDiffers", "this forecast and this salt are not what was sealed",
      hint: "reveal exactly what you sealed last: it costs stake not to"),
    RefusalText(
      "badForecast", "a forecast here has {values} values, each from 0 to 65535",
      hint: "what was sealed so cannot be revealed"),
    RefusalText(
      "flatForecast", "a forecast that is the same everywhere orders nothing",
      hint: "what was sealed so cannot be revealed"),
    RefusalText(
      "truthIsAWord", "the owner's word is the truth here, not a run",
      hint: "'tolsey tournament truth' with values says it"),
    RefusalText(
      "notTournamentOwner", "only the owner of the tournament does that",
      hint: "'tolsey tournament show' says who that is"),
    RefusalText(
      "truthNamed", "a run is named already", hint: "wait until it is settled"),
    RefusalText(
      "noSuchTruthRun", "there is no open run of that name",
      hint: "name it between its start and its end"),
    RefusalText(
      "otherTruthRun", "that run is not what the tournament named in advance",
      hint: "the owner's, of that work and check, begun after entries closed, not yet answered"),
    RefusalText(
      "truthNotFixed", "the run that says the truth has not settled",
      hint: "wait until it is; 'tolsey tournament show' says when that is too late"),
    RefusalText(
      "truthTooLate", "the truth is open already, or comes too late",
      hint: "'tolsey tournament show' says what became of it"),
    RefusalText(
      "truthDiffers", "these bytes and this salt are not the output of the run",
      hint: "the salt is that of the run's input"),
    RefusalText(
      "badTruth", "the truth here has {values} values of {width} bytes",
      hint: "give exactly so many"),
  ]
}
