package tally.network.evm;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.web3j.protocol.core.methods.response.EthBlock;
import org.web3j.protocol.core.methods.response.EthGetTransactionReceipt;
import org.web3j.protocol.core.methods.response.EthLog;
import org.web3j.protocol.core.methods.response.Log;
import tally.network.port.Chain.Block;
import tally.network.port.Chain.Receipt;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.Hex;

/// A node's words to ours. Pure; throws `IllegalArgumentException` where an answer is not about
/// what was asked, or is malformed.
final class EvmWire {

  private EvmWire() {}

  /// What a contract told, as it was told.
  ///
  /// @param index the log's place in its block
  /// @param data in hexadecimal
  record Told(
      long block, Bytes32 transaction, long index, Address by, List<Bytes32> topics, String data) {

    Told {
      topics = List.copyOf(topics);
    }
  }

  static Optional<Block> block(EthBlock answer) {
    var told = answer.getBlock();
    if (told == null) {
      return Optional.empty();
    }
    var time = Instant.ofEpochSecond(exact(told.getTimestamp()));
    return Optional.of(
        new Block(
            exact(told.getNumber()),
            new Bytes32(told.getHash()),
            new Bytes32(told.getParentHash()),
            time));
  }

  static Optional<Block> block(EthBlock answer, long asked) {
    var found = block(answer);
    found.ifPresent(block -> same(block.number() == asked));
    return found;
  }

  /// Without a reason, which the receipt does not tell.
  static Optional<Receipt> receipt(EthGetTransactionReceipt answer, Bytes32 asked) {
    return answer
        .getTransactionReceipt()
        .map(told -> {
          var hash = new Bytes32(told.getTransactionHash());
          same(hash.equals(asked));
          return new Receipt(
              hash,
              exact(told.getBlockNumber()),
              new Bytes32(told.getBlockHash()),
              success(told.getStatus()),
              "");
        });
  }

  private static boolean success(String status) {
    return switch (status) {
      case "0x1" -> true;
      case "0x0" -> false;
      default -> throw new IllegalArgumentException("no status: " + status);
    };
  }

  /// In the chain's order. Refuses what another contract told, what lies outside the span, and two
  /// of one place.
  static List<Told> logs(EthLog answer, Address by, long from, long to) {
    var told = new ArrayList<Told>();
    for (var result : answer.getLogs()) {
      var log = told((Log) result.get());
      same(log.by().equals(by) && log.block() >= from && log.block() <= to);
      told.add(log);
    }
    told.sort(Comparator.comparingLong(Told::block).thenComparingLong(Told::index));
    for (int i = 1; i < told.size(); i++) {
      var before = told.get(i - 1);
      same(before.block() != told.get(i).block() || before.index() != told.get(i).index());
    }
    return List.copyOf(told);
  }

  private static Told told(Log log) {
    same(!log.isRemoved());
    return new Told(
        exact(log.getBlockNumber()),
        new Bytes32(log.getTransactionHash()),
        exact(log.getLogIndex()),
        new Address(log.getAddress()),
        log.getTopics().stream().map(Bytes32::new).toList(),
        Hex.of(Hex.bytes(log.getData())));
  }

  private static long exact(BigInteger number) {
    if (number.signum() < 0) {
      throw new IllegalArgumentException("below zero: " + number);
    }
    return number.longValueExact();
  }

  private static void same(boolean isSo) {
    if (!isSo) {
      throw new IllegalArgumentException("the answer is about something else");
    }
  }
}
