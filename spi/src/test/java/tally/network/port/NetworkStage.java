package tally.network.port;

import java.math.BigInteger;
import java.time.Duration;
import tally.plugin.NetworkPlugin;
import tally.x402.Address;
import tally.x402.Bytes32;

/// A network under test, and the hands that move its outside. Every test gets a fresh one, on which
/// blocks come only when asked for.
public interface NetworkStage extends AutoCloseable {

  /// Asked for once treasury, operator and council are appointed.
  NetworkPlugin.Network network();

  void mine(int blocks);

  /// The newest `depth` blocks are replaced by others; what they held is included again, now or
  /// later.
  void reorganise(int depth);

  /// The pool forgets a transaction.
  void drop(Bytes32 hash);

  /// No transaction below this fee is included, and the recommended fee rises to it.
  void feeFloor(BigInteger floor);

  /// Gives units of the vault's token to an address, and what it needs to send transactions.
  void deal(Address to, BigInteger units);

  /// Makes these three the vault's treasury, operator and council; once, before anything else.
  void appoint(Address treasury, Address operator, Address council);

  /// So much time passes, and a block tells of it.
  void elapse(Duration by);

  @Override
  void close();
}
