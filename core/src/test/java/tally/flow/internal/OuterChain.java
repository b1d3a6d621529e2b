package tally.flow.internal;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import tally.plugin.NetworkPlugin.Network;
import tally.x402.Address;
import tally.x402.ChannelId;

/// A chain outside the house, as a story moves it and as a second reader reads it.
interface OuterChain extends AutoCloseable {

  /// How the house reaches it.
  Network network();

  /// Makes it the vault's treasury and operator; the council is nobody's.
  void appoint(Address house);

  /// Gives units of the token.
  void deal(Address to, BigInteger units);

  /// Gives what it takes to send transactions.
  void fuel(Address sender);

  /// One block more.
  void mine();

  /// Moves the chain's own clock ahead; mines a block.
  void warp(Duration by);

  Totals totals(Known known);

  @Override
  void close();

  /// Whom the book knows, where the chain itself keeps no list.
  record Known(List<Address> users, List<ChannelId> channels, List<Address> receivers) {}

  /// In the token's units.
  ///
  /// @param power in the vault and not drawn, of all users
  /// @param locked in channels and not claimed
  /// @param earned at the receivers' addresses, or claimed by them
  /// @param unpaid claimed, and not yet at the receivers' addresses
  record Totals(
      BigInteger reserve,
      BigInteger power,
      BigInteger locked,
      BigInteger earned,
      BigInteger unpaid) {}
}
