package tally.network.evm;

import tally.network.port.Chain.Receipt;

/// Why an included transaction reverted, from one endpoint: its trace where the endpoint keeps
/// traces, else the same call tried on the block before, which other transactions of its block may
/// have changed.
final class RevertReason {

  private RevertReason() {}

  static Answer<String> of(ChainEndpoint endpoint, Receipt receipt) {
    return switch (endpoint.traced(receipt.hash())) {
      case Answer.Said<String>(var output) -> named(output);
      case Answer.Refused<String> _ -> replayed(endpoint, receipt);
      case Answer.Unreached<String> unreached -> unreached;
      case Answer.Lost<String> lost -> lost;
    };
  }

  private static Answer<String> replayed(ChainEndpoint endpoint, Receipt receipt) {
    return endpoint
        .sent(receipt.hash())
        .then(call ->
            endpoint.replay(call, receipt.block() - 1) instanceof Answer.Refused<String> refused
                ? named(refused.data())
                : new Answer.Said<>(Reverts.UNNAMED));
  }

  private static Answer<String> named(String data) {
    return new Answer.Said<>(Reverts.ours().name(data));
  }
}
