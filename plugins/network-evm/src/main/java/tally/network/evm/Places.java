package tally.network.evm;

import java.util.Optional;
import tally.x402.Address;
import tally.x402.Settlement;

/// Where our contracts stand on one chain.
record Places(Settlement settlement, Optional<Vault> vault) {

  record Vault(Address address, Address token) {}

  /// Throws `IllegalArgumentException` on a chain without one.
  Vault needVault() {
    return vault.orElseThrow(
        () -> new IllegalArgumentException("there is no vault on " + settlement.network()));
  }
}
