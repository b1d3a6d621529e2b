package tally.network.evm;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import tally.network.port.Chain.Broadcast;
import tally.network.port.Chain.ChainUnavailable;
import tally.x402.Bytes32;

/// What endpoints' answers to one transaction mean together. Pure.
final class Sending {

  /// What nodes say, in the order in which it is looked for. A refusal that is cured by signing
  /// again comes before those that only time or a person cures.
  private static final List<Map.Entry<String, String>> WORDS =
      List.of(
          Map.entry("underpriced", "fee_too_low"),
          Map.entry("less than block base fee", "fee_too_low"),
          Map.entry("fee too low", "fee_too_low"),
          Map.entry("feetoolow", "fee_too_low"),
          Map.entry("gas price too low", "fee_too_low"),
          Map.entry("gas price below", "fee_too_low"),
          Map.entry("tip cap", "fee_too_low"),
          Map.entry("insufficient funds", "insufficient_funds"),
          Map.entry("insufficient balance", "insufficient_funds"),
          Map.entry("upfront cost exceeds", "insufficient_funds"),
          Map.entry("nonce too low", "nonce_too_low"),
          Map.entry("nonce is too low", "nonce_too_low"),
          Map.entry("oldnonce", "nonce_too_low"),
          Map.entry("invalid sender", "bad_signature"),
          Map.entry("signature", "bad_signature"),
          Map.entry("chain id", "bad_signature"),
          Map.entry("chainid", "bad_signature"),
          Map.entry("decode", "bad_signature"),
          Map.entry("rlp", "bad_signature"));

  private static final List<String> HAD_ALREADY =
      List.of(
          "already known",
          "already imported",
          "known transaction",
          "already exists",
          "alreadyknown");

  private static final List<String> MILDEST_FIRST =
      List.of("fee_too_low", "insufficient_funds", "nonce_too_low", "bad_signature");

  private Sending() {}

  /// One that took it is enough. Surely not taken is only what every endpoint that was reached
  /// refused by name. Throws `ChainUnavailable` where none was reached.
  static Broadcast of(List<Answer<Bytes32>> answers) {
    var read = answers.stream().map(Sending::one).toList();
    var unreached =
        answers.stream().filter(Answer.Unreached.class::isInstance).map(Answer::why).toList();
    if (unreached.size() == answers.size()) {
      throw new ChainUnavailable("no endpoint was reached: " + unreached);
    }
    if (read.contains(new Broadcast.Accepted())) {
      return new Broadcast.Accepted();
    }
    for (var each : read) {
      if (each instanceof Broadcast.Unknown) {
        return each;
      }
    }
    return MILDEST_FIRST.stream()
        .<Broadcast>map(Broadcast.Rejected::new)
        .filter(read::contains)
        .findFirst()
        .orElseThrow();
  }

  static boolean accepted(Answer<Bytes32> answer) {
    return one(answer) instanceof Broadcast.Accepted;
  }

  private static Broadcast one(Answer<Bytes32> answer) {
    return switch (answer) {
      case Answer.Said<Bytes32> _ -> new Broadcast.Accepted();
      case Answer.Refused<Bytes32>(var message, _) -> refused(message);
      // Does not decide anything: whoever was reached does.
      case Answer.Unreached<Bytes32> _ -> new Broadcast.Rejected("");
      case Answer.Lost<Bytes32>(var why) -> new Broadcast.Unknown(why);
    };
  }

  private static Broadcast refused(String message) {
    var words = message.toLowerCase(Locale.ROOT);
    if (HAD_ALREADY.stream().anyMatch(words::contains)) {
      return new Broadcast.Accepted();
    }
    return WORDS.stream()
        .filter(entry -> words.contains(entry.getKey()))
        .findFirst()
        .<Broadcast>map(entry -> new Broadcast.Rejected(entry.getValue()))
        .orElseGet(() -> new Broadcast.Unknown(message));
  }
}
