package tally.network.evm;

import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.Hex;

/// What only a development chain does when asked. Its own accounts are unlocked. Throws
/// `IllegalStateException` where it refuses or is away.
final class AnvilRpc {

  private static final Duration INCLUDED_WITHIN = Duration.ofSeconds(15);
  private static final Duration LOOK_EACH = Duration.ofMillis(10);
  private static final String GAS =
      "0x989680"; // ten million, more than any of our contracts' deployment
  private static final BigInteger BALANCE = BigInteger.TEN.pow(20);

  private final Endpoint endpoint;

  AnvilRpc(URI url) {
    this.endpoint = Endpoint.of(url);
  }

  Optional<Object> ask(String method, Object... parameters) {
    var answer =
        endpoint.ask(
            ChainEndpoint.Anything.class,
            it -> Optional.ofNullable(it.getResult()),
            method,
            parameters);
    return switch (answer) {
      case Answer.Said<Optional<Object>>(var value) -> value;
      default -> throw new IllegalStateException(method + ": " + answer.why());
    };
  }

  String text(String method, Object... parameters) {
    return ask(method, parameters).map(Object::toString).orElse("");
  }

  void mine() {
    ask("evm_mine");
  }

  Address account(int index) {
    if (ask("eth_accounts").orElseThrow() instanceof java.util.List<?> accounts) {
      return new Address(String.valueOf(accounts.get(index)));
    }
    throw new IllegalStateException("the chain has no accounts of its own");
  }

  String code(Address at) {
    return text("eth_getCode", at.hex(), "latest");
  }

  void code(Address at, String code) {
    ask("anvil_setCode", at.hex(), code);
  }

  /// At least enough to send some thousand transactions.
  void fuel(Address address) {
    var now = new BigInteger(text("eth_getBalance", address.hex(), "latest").substring(2), 16);
    ask("anvil_setBalance", address.hex(), "0x" + now.max(BALANCE).toString(16));
  }

  Words call(Address to, byte[] data, int words) {
    var call = Map.of("to", to.hex(), "data", Hex.of(data));
    return Words.of(text("eth_call", call, "latest"), words);
  }

  /// Creates a contract and answers where it stands.
  Address deploy(Address by, byte[] code) {
    var receipt = included(Map.of("from", by.hex(), "data", Hex.of(code), "gas", GAS));
    return new Address(String.valueOf(receipt.get("contractAddress")));
  }

  /// Sends by one of the chain's own accounts, and mines it.
  void send(Address by, Address to, byte[] data) {
    included(Map.of("from", by.hex(), "to", to.hex(), "data", Hex.of(data), "gas", GAS));
  }

  /// Sends as anybody, whose key nobody needs, and mines it.
  void sendAs(Address anybody, Address to, byte[] data) {
    fuel(anybody);
    ask("anvil_impersonateAccount", anybody.hex());
    try {
      send(anybody, to, data);
    } finally {
      ask("anvil_stopImpersonatingAccount", anybody.hex());
    }
  }

  private Map<?, ?> included(Map<String, String> transaction) {
    var hash = new Bytes32(text("eth_sendTransaction", transaction));
    mine();
    long until = System.nanoTime() + INCLUDED_WITHIN.toNanos();
    while (true) {
      if (ask("eth_getTransactionReceipt", hash.hex()).orElse("") instanceof Map<?, ?> receipt) {
        if (!"0x1".equals(receipt.get("status"))) {
          throw new IllegalStateException("the chain refused " + hash);
        }
        return receipt;
      }
      if (System.nanoTime() > until) {
        throw new IllegalStateException("the chain does not include " + hash);
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(LOOK_EACH);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the chain was waited for", e);
    }
  }
}
