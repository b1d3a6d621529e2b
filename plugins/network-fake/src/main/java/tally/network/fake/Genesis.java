package tally.network.fake;

import java.time.Duration;
import tally.money.Asset;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.Settlement;
import tally.x402.TypedData;

/// What a fake chain is born with; a store keeps it for ever, since a replay under other rules
/// would be another chain.
///
/// @param appealWindowMillis W, between a freeze and the first reclaim; above 0
/// @param maturityMaxSeconds how far ahead a grant may mature
record Genesis(long seed, long appealWindowMillis, long maturityMaxSeconds) {

  static final long CHAIN_ID = 31_337;
  static final String NETWORK = "eip155:" + CHAIN_ID;

  /// The built-in token.
  static final Address TOKEN = new Address("0x7a11000000000000000000000000000000000001");

  static final Asset ASSET = new Asset("TUSD", 6);

  /// The built-in spending vault.
  static final Address VAULT = new Address("0x7a11000000000000000000000000000000000002");

  /// The built-in deposit collector: pulls from a payer who sends the deposit himself or has
  /// approved this address.
  static final Address ALLOWANCE_COLLECTOR =
      new Address("0x7a11000000000000000000000000000000000003");

  /// `x402BatchSettlement`, the same address on every chain.
  static final Settlement SETTLEMENT =
      new Settlement(CHAIN_ID, new Address("0x4020074e9dF2ce1deE5A9C1b5c3f541D02a10003"));

  /// Channels with a longer withdraw delay are not the vault's. On a real chain 2 · delayMax ≤ W;
  /// here W is short, so that demos need no days.
  static final long WITHDRAW_DELAY_MAX = 86_400;

  /// A demo's appeal window is over in a second, yet a node needs time to act in the windows that
  /// follow it.
  private static final Duration WINDOW_MIN = Duration.ofMinutes(1);

  Genesis {
    if (appealWindowMillis <= 0 || maturityMaxSeconds <= 0) {
      throw new IllegalArgumentException("windows are above zero");
    }
  }

  Duration appealWindow() {
    return Duration.ofMillis(appealWindowMillis);
  }

  /// How long after a freeze the operator may no longer reclaim: 2 W, but at least a minute after
  /// W.
  Duration reclaimUntil() {
    return appealWindow().plus(longer(appealWindow()));
  }

  /// D, in which the council decides an appeal: 2 W, at least a minute.
  Duration decisionWindow() {
    return longer(appealWindow().multipliedBy(2));
  }

  private static Duration longer(Duration window) {
    return window.compareTo(WINDOW_MIN) < 0 ? WINDOW_MIN : window;
  }

  Bytes32 hash() {
    return Bytes32.of(TypedData.hash("Tally fake chain " + seed));
  }
}
