package tally.network.evm;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tally.x402.Abi;
import tally.x402.Address;

/// Reads contracts at the newest agreed block, each time a quorum's answer.
final class ContractReader {

  private static final int SPAN_MAX = 1000;

  /// One call, and how many words it answers.
  record Call(byte[] data, int words) {
    static Call of(int words, String signature, Abi.Value... arguments) {
      return new Call(Abi.call(signature, arguments), words);
    }
  }

  private final Endpoints endpoints;
  private final EvmChain chain;

  ContractReader(Endpoints endpoints, EvmChain chain) {
    this.endpoints = endpoints;
    this.chain = chain;
  }

  <T> T read(String what, Address contract, Call call, Function<Words, T> decode) {
    var at = chain.agreedHead().hash();
    return endpoints.agreed(
        what,
        it ->
            it.call(contract, call.data(), at)
                .map(hex -> decode.apply(Words.of(hex, call.words()))));
  }

  /// Empty where whatever stands there does not answer this call in this way.
  <T> Optional<T> tryRead(String what, Address contract, Call call, Function<Words, T> decode) {
    var at = chain.agreedHead().hash();
    return endpoints.agreed(
        what,
        it ->
            switch (it.call(contract, call.data(), at)) {
              case Answer.Said<String>(var hex) -> new Answer.Said<>(tried(hex, call, decode));
              case Answer.Refused<String>(var message, _) when message.contains("revert") ->
                  new Answer.Said<>(Optional.empty());
              case Answer.Refused<String>(var message, var data) ->
                  new Answer.Refused<>(message, data);
              case Answer.Unreached<String>(var why) -> new Answer.Unreached<>(why);
              case Answer.Lost<String>(var why) -> new Answer.Lost<>(why);
            });
  }

  private static <T> Optional<T> tried(String hex, Call call, Function<Words, T> decode) {
    try {
      return Optional.of(decode.apply(Words.of(hex, call.words())));
    } catch (IllegalArgumentException other) {
      return Optional.empty();
    }
  }

  /// Several reads of one contract in one call of its `multicall`, so that all are of one state.
  <T> T readTogether(
      String what, Address contract, List<Call> calls, Function<List<Words>, T> decode) {
    var blobs = Abi.array(calls.stream().map(call -> Abi.blob(call.data())).toList());
    var data = Abi.call("multicall(bytes[])", blobs);
    var counts = calls.stream().map(Call::words).toList();
    var at = chain.agreedHead().hash();
    return endpoints.agreed(
        what,
        it -> it.call(contract, data, at).map(hex -> decode.apply(Words.pieces(hex, counts))));
  }

  /// What a contract told in the blocks `from` to `to`, both included. Throws
  /// `IllegalArgumentException` for more than 1000 blocks.
  <T> List<T> told(
      Address contract, long from, long to, Function<List<EvmWire.Told>, List<T>> decode) {
    if (to - from >= SPAN_MAX) {
      throw new IllegalArgumentException(
          "at most " + SPAN_MAX + " blocks a call: " + from + " to " + to);
    }
    long first = Math.max(0, from);
    return first > to
        ? List.of()
        : endpoints.agreed(
            "what " + contract + " told", it -> it.logs(contract, first, to).map(decode));
  }
}
