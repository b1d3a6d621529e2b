package tally.custody;

import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import tally.x402.Address;

/// By whose word something is signed. Custody's policy judges intent and approval together; without
/// one nothing is signed.
public sealed interface Approval {

  /// The holder agreed beforehand, to at most so much: a purchase that he began, an offering that
  /// he published.
  ///
  /// @param subject the channel, purchase or offering that he agreed to
  /// @param ceiling units that this agreement covers in total
  record Standing(UUID subject, BigInteger ceiling) implements Approval {}

  /// The holder proved himself anew for just this: the challenge showed him what is signed.
  record StepUp(UUID party, UUID challenge, String factor, Instant at) implements Approval {}

  /// The holder proved himself anew for just this payout of what is his own.
  ///
  /// @param to where it goes
  /// @param total units that were paid out in all once it has acted
  record PayOut(StepUp proof, Address to, BigInteger total) implements Approval {}

  /// So many operators agreed, none of them the one who asked.
  record Operators(UUID asker, List<UUID> approvers, String reason, Instant at)
      implements Approval {
    public Operators {
      approvers = List.copyOf(approvers);
    }
  }

  /// A flow of this node acts with the house's key.
  record Flow(String flow, UUID id) implements Approval {}
}
