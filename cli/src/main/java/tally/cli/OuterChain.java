package tally.cli;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// The chain outside: moved as the world moves it, and read as any stranger may.
interface OuterChain {

  /// By what name the node knows the network.
  String network();

  /// What it is, and what of it is real; for the demo's first lines.
  String says();

  /// Where a stranger finds it, for `--json`: `rpc`, `token`, `vault`, `channels`; empty where no
  /// stranger's program could read it.
  Map<String, String> places();

  /// How the node reaches it.
  List<String> nodeSettings();

  /// The vault answers to this house, which has so many tokens of its own, and what it needs to
  /// send transactions.
  void appoint(String house, BigInteger units);

  /// Gives an address what it needs to send transactions.
  void fuel(String address);

  /// Lets the time to appeal run out by the chain's own clock.
  void passAppealWindow();

  /// Whether there is a council here, whom the stage can have decide.
  boolean hasCouncil();

  /// The council decides every appeal that is open; answers how many.
  int decide(boolean forUser);

  /// What tokens, vault, channels and receivers hold at the newest block: `tokens`, `vault`
  /// (`address`, `reserve`, `accounts`, `grants`, `lines`), `channels`, `receivers`; numbers as
  /// decimal text.
  JsonNode state();
}
