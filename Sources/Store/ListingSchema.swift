// The tables of the lists' file. It is derived: a file of another version is made anew.

enum ListingSchema {
  static let fileName = "listings.sqlite"
  /// `TLSL` marks the file.
  static let application: Int64 = 0x544C_534C
  static let version: Int64 = 4

  /// Bodies are canonical bytes of lines with a check sum. Accounts and subjects stand in indexes
  /// by the numbers of their own lines, names of checks and events by their codes.
  static let tables = """
    CREATE TABLE progress (only INTEGER PRIMARY KEY, height INTEGER NOT NULL,
      body BLOB NOT NULL);
    CREATE TABLE word (code INTEGER PRIMARY KEY, word TEXT NOT NULL);
    CREATE TABLE party (number INTEGER PRIMARY KEY, stem INTEGER NOT NULL,
      served INTEGER NOT NULL, body BLOB NOT NULL);
    CREATE TABLE subject (number INTEGER PRIMARY KEY, stem INTEGER NOT NULL,
      body BLOB NOT NULL);
    CREATE TABLE road (number INTEGER PRIMARY KEY, stem INTEGER NOT NULL, lease INTEGER,
      party INTEGER NOT NULL, subject INTEGER NOT NULL, kind INTEGER NOT NULL,
      alive INTEGER NOT NULL, body BLOB NOT NULL);
    CREATE TABLE run (number INTEGER PRIMARY KEY, stem INTEGER NOT NULL,
      party INTEGER NOT NULL, subject INTEGER NOT NULL, kind INTEGER NOT NULL,
      body BLOB NOT NULL);
    CREATE TABLE openRun (run BLOB PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE game (number INTEGER PRIMARY KEY, stem INTEGER NOT NULL,
      runStem INTEGER NOT NULL, party INTEGER NOT NULL, subject INTEGER NOT NULL,
      kind INTEGER NOT NULL, alive INTEGER NOT NULL, body BLOB NOT NULL);
    CREATE TABLE offer (number INTEGER PRIMARY KEY, stem INTEGER NOT NULL,
      party INTEGER NOT NULL, subject INTEGER NOT NULL, kind INTEGER NOT NULL,
      alive INTEGER NOT NULL, body BLOB NOT NULL);
    CREATE TABLE block (height INTEGER PRIMARY KEY, body BLOB NOT NULL);
    CREATE TABLE moment (road INTEGER NOT NULL, page INTEGER NOT NULL, body BLOB NOT NULL,
      PRIMARY KEY (road, page)) WITHOUT ROWID;
    CREATE TABLE roadSeat (seated INTEGER NOT NULL, line INTEGER NOT NULL,
      PRIMARY KEY (seated, line)) WITHOUT ROWID;
    CREATE TABLE runSeat (seated INTEGER NOT NULL, line INTEGER NOT NULL,
      PRIMARY KEY (seated, line)) WITHOUT ROWID;
    CREATE TABLE gameSeat (seated INTEGER NOT NULL, line INTEGER NOT NULL,
      PRIMARY KEY (seated, line)) WITHOUT ROWID;
    CREATE TABLE trade (provider INTEGER NOT NULL, buyer INTEGER NOT NULL, paid INTEGER NOT NULL,
      PRIMARY KEY (provider, buyer)) WITHOUT ROWID;
    CREATE INDEX partyStem ON party (stem);
    CREATE INDEX partyServed ON party (served) WHERE served > 0;
    CREATE INDEX subjectStem ON subject (stem);
    CREATE INDEX roadStem ON road (stem);
    CREATE INDEX roadLease ON road (lease) WHERE lease IS NOT NULL;
    CREATE INDEX roadParty ON road (party);
    CREATE INDEX roadSubject ON road (subject);
    CREATE INDEX roadKind ON road (kind);
    CREATE INDEX roadAlive ON road (alive) WHERE alive = 1;
    CREATE INDEX runStem ON run (stem);
    CREATE INDEX runParty ON run (party);
    CREATE INDEX runSubject ON run (subject);
    CREATE INDEX runKind ON run (kind);
    CREATE INDEX gameStem ON game (stem);
    CREATE INDEX gameRun ON game (runStem);
    CREATE INDEX gameOpenRun ON game (runStem) WHERE alive = 1;
    CREATE INDEX gameParty ON game (party);
    CREATE INDEX gameSubject ON game (subject);
    CREATE INDEX gameKind ON game (kind);
    CREATE INDEX gameAlive ON game (alive) WHERE alive = 1;
    CREATE INDEX offerStem ON offer (stem);
    CREATE INDEX offerParty ON offer (party);
    CREATE INDEX offerSubject ON offer (subject);
    CREATE INDEX offerKind ON offer (kind);
    CREATE INDEX offerAlive ON offer (alive) WHERE alive = 1;
    """
}
