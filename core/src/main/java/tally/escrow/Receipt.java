package tally.escrow;

import java.math.BigInteger;
import tally.money.Refusal;
import tally.x402.Voucher;

/// What a receiver answers to a voucher.
public sealed interface Receipt {

  /// Verified and durable. `earned` is what this voucher added.
  record Accepted(Voucher voucher, BigInteger earned) implements Receipt {}

  /// The very voucher that is the newest already.
  record Same(Voucher voucher) implements Receipt {}

  /// Codes of x402, prefix `invalid_batch_settlement_evm_`. `standing` is what the receiver has, to
  /// correct the payer.
  record Refused(String code, String text, Channel.Standing standing) implements Receipt, Refusal {}
}
