package tally.custody;

import tally.custody.port.Encoding;
import tally.money.Refusal;
import tally.x402.Signature;

/// What custody answers to a wish to sign.
public sealed interface Signing {

  record SignedCall(Encoding.Signed signed) implements Signing {}

  record SignedStatement(Signature signature) implements Signing {}

  /// Codes: `policy_refused` this key never signs that; `approval_missing` the wrong kind of word;
  /// `approval_foreign` another party's proof; `approval_expired` a proof too old;
  /// `approvers_missing` too few operators; `above_ceiling`; `network_unknown`.
  record Refused(String code, String text) implements Signing, Refusal {}
}
