package tally.network.evm;

import java.util.stream.Collectors;
import tally.x402.Bytes32;

/// One log's parts as words.
record ToldWords(EvmWire.Told log) {

  /// Whether it is this event. Throws `IllegalArgumentException` where it is, but has not so many
  /// indexed parameters and data words.
  boolean is(Bytes32 event, int indexed, int data) {
    if (log.topics().isEmpty() || !log.topics().getFirst().equals(event)) {
      return false;
    }
    if (log.topics().size() != indexed + 1) {
      throw new IllegalArgumentException("an event of " + log.topics().size() + " topics");
    }
    Words.of(log.data(), data);
    return true;
  }

  long block() {
    return log.block();
  }

  Bytes32 transaction() {
    return log.transaction();
  }

  Words topics() {
    var hex =
        log.topics().stream()
            .skip(1)
            .map(topic -> topic.hex().substring(2))
            .collect(Collectors.joining("", "0x", ""));
    return Words.of(hex, log.topics().size() - 1);
  }

  Words data() {
    return Words.of(log.data(), (log.data().length() - 2) / 64);
  }
}
