package tally.network.port;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Optional;
import tally.custody.port.Encoding.Fee;
import tally.custody.port.Intent;
import tally.x402.Address;
import tally.x402.Bytes32;

/// A chain as a node sees it. Every method may throw `ChainUnavailable`; nothing else says that the
/// outside could not be asked.
public interface Chain {

  /// @param network CAIP-2, such as `eip155:31337`
  /// @param genesis hash of block 0; a node that knows another one stops
  /// @param confirmations how many blocks above its own make a transaction final by default
  record Facts(String network, Bytes32 genesis, int confirmations) {}

  record Block(long number, Bytes32 hash, Bytes32 parent, Instant time) {}

  /// Where a transaction stands in the chain that is now the longest.
  ///
  /// @param success false where it was included but reverted
  /// @param reason the revert's name, or empty
  record Receipt(Bytes32 hash, long block, Bytes32 blockHash, boolean success, String reason) {}

  /// What became of an attempt to send.
  sealed interface Broadcast {
    /// The chain's pool has it (also where it already had it).
    record Accepted() implements Broadcast {}

    /// Surely not taken: `nonce_too_low`, `fee_too_low`, `bad_signature`, `insufficient_funds`.
    record Rejected(String code) implements Broadcast {}

    /// It may have been taken.
    record Unknown(String why) implements Broadcast {}
  }

  /// What a call would do, were it included next, after what the pool holds of its sender.
  sealed interface Simulated {
    /// @param limit units of work that it may use, with room to spare
    record Passes(BigInteger limit) implements Simulated {}

    /// It would revert, and cost its fee for nothing.
    record Reverts(String reason) implements Simulated {}
  }

  Facts facts();

  /// The newest block that this node may work on. Several endpoints that disagree about blocks
  /// below it make `block` and what is read of contracts unavailable, never `head`, `nonce`, `fee`,
  /// `simulate` and `broadcast`: nothing is credited then, and what is due is still sent.
  Block head();

  Optional<Block> block(long number);

  /// Transactions of this sender that the longest chain includes.
  BigInteger nonce(Address sender);

  /// What the sender has for fees, in the network's smallest unit.
  BigInteger funds(Address sender);

  /// A fee that should be included soon; after `bumps` replacements it is high enough to replace
  /// the last. Its limit is enough for every call that a node makes.
  Fee fee(int bumps);

  Simulated simulate(Intent.Call call, Address sender);

  Broadcast broadcast(byte[] signed);

  /// Empty where the longest chain does not include it.
  Optional<Receipt> receipt(Bytes32 hash);

  /// Whether the pool still holds it, not yet included.
  boolean pending(Bytes32 hash);

  /// The chain cannot be asked now. No statement about what it holds.
  class ChainUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ChainUnavailable(String message, Throwable cause) {
      super(message, cause);
    }

    public ChainUnavailable(String message) {
      super(message);
    }
  }

  /// Endpoints of one chain said different things, of which at least one is wrong.
  final class ChainDisagrees extends ChainUnavailable {
    private static final long serialVersionUID = 1;

    public ChainDisagrees(String message) {
      super(message);
    }
  }
}
