package tally.x402;

import java.util.UUID;
import tally.money.Derived;

/// The EIP-712 digest of a channel's configuration, bound to chain and contract.
public record ChannelId(Bytes32 value) {

  public static ChannelId of(String hex) {
    return new ChannelId(new Bytes32(hex));
  }

  public String hex() {
    return value.hex();
  }

  /// The same channel as a UUID, for rows and signals that name their subject by one.
  public UUID subject() {
    return Derived.id("channel/" + value.hex());
  }

  @Override
  public String toString() {
    return value.hex();
  }
}
