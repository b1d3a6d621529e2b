package tally.custody;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import tally.custody.Signing.Refused;
import tally.custody.port.Intent;
import tally.money.Holder;
import tally.x402.Address;

/// Which key may sign what, by whose word. Pure; what it does not allow is refused.
///
/// The house's key acts for flows within the house's own vault; what leaves for an address of
/// somebody's choosing wants a person's fresh proof, or, from the house's own stock, two operators.
final class Policy {

  static final Duration STEP_UP_AGE_MAX = Duration.ofMinutes(5);

  /// The clocks of two nodes of one processor differ by less.
  static final Duration CLOCK_SKEW_MAX = Duration.ofSeconds(30);

  static final int APPROVERS_MIN = 2;

  private Policy() {}

  /// Empty where it may be signed.
  static Optional<Refused> judge(KeyRef key, Intent intent, Approval approval, Instant now) {
    return key.holder().equals(Holder.HOUSE)
        ? house(intent, approval, now)
        : party(key.holder(), intent, approval, now);
  }

  private static Optional<Refused> house(Intent intent, Approval approval, Instant now) {
    return switch (intent) {
      case Intent.Allow _,
          Intent.Fund _,
          Intent.Grant _,
          Intent.Draw _,
          Intent.Sync _,
          Intent.Recall _,
          Intent.Finish _,
          Intent.Freeze _,
          Intent.Reclaim _,
          Intent.Thaw _,
          Intent.Mature _,
          Intent.Settle _,
          Intent.Claim _,
          Intent.Refund _,
          Intent.SignClaims _,
          Intent.SignRefund _ ->
          flow(approval);
      case Intent.Appeal appeal ->
          appeal.userSignature().isPresent()
              ? flow(approval)
              : foreign("an appeal that its user did not sign");
      case Intent.Release release -> payOut(release.to(), release.total(), approval, now);
      case Intent.Drain _,
          Intent.Appoint _,
          Intent.Decide _,
          Intent.Transfer _,
          Intent.Approve _,
          Intent.Deposit _,
          Intent.InitiateWithdraw _,
          Intent.FinalizeWithdraw _ ->
          operators(approval);
      case Intent.SignVoucher _,
          Intent.SignDraw _,
          Intent.SignSurrender _,
          Intent.SignRelease _,
          Intent.SignAppeal _ ->
          foreign("what only a user's key signs");
    };
  }

  private static Optional<Refused> party(
      Holder holder, Intent intent, Approval approval, Instant now) {
    return switch (intent) {
      case Intent.SignVoucher voucher -> within(holder, voucher.maxClaimable(), approval, now);
      case Intent.SignDraw draw -> within(holder, draw.total(), approval, now);
      case Intent.SignSurrender _,
          Intent.SignAppeal _,
          Intent.Appeal _,
          Intent.Claim _,
          Intent.Settle _,
          Intent.Refund _,
          Intent.SignClaims _,
          Intent.SignRefund _ ->
          within(holder, BigInteger.ZERO, approval, now);
      case Intent.Transfer _,
          Intent.Approve _,
          Intent.Deposit _,
          Intent.InitiateWithdraw _,
          Intent.FinalizeWithdraw _ ->
          ownStepUp(holder, approval, now);
      case Intent.Release release ->
          ownPayOut(holder, release.to(), release.total(), approval, now);
      case Intent.SignRelease release ->
          ownPayOut(holder, release.to(), release.total(), approval, now);
      case Intent.Allow _,
          Intent.Fund _,
          Intent.Grant _,
          Intent.Draw _,
          Intent.Sync _,
          Intent.Recall _,
          Intent.Finish _,
          Intent.Freeze _,
          Intent.Reclaim _,
          Intent.Thaw _,
          Intent.Mature _,
          Intent.Drain _,
          Intent.Appoint _,
          Intent.Decide _ ->
          foreign("what only the house's key signs");
    };
  }

  private static Optional<Refused> flow(Approval approval) {
    return approval instanceof Approval.Flow ? Optional.empty() : missing("a flow's word");
  }

  private static Optional<Refused> within(
      Holder holder, BigInteger units, Approval approval, Instant now) {
    return switch (approval) {
      case Approval.Standing standing ->
          units.compareTo(standing.ceiling()) <= 0
              ? Optional.empty()
              : refused(
                  "above_ceiling",
                  units + " units are more than the agreed " + standing.ceiling() + ".");
      case Approval.StepUp _ -> ownStepUp(holder, approval, now);
      case Approval.PayOut _, Approval.Operators _, Approval.Flow _ ->
          missing("the holder's own agreement");
    };
  }

  private static Optional<Refused> ownStepUp(Holder holder, Approval approval, Instant now) {
    if (approval instanceof Approval.StepUp proof
        && !holder.name().equals("party:" + proof.party())) {
      return refused(
          "approval_foreign", "Another party proved himself than the holder of this key.");
    }
    return stepUp(approval, now);
  }

  private static Optional<Refused> stepUp(Approval approval, Instant now) {
    if (!(approval instanceof Approval.StepUp proof)) {
      return missing("the person's fresh proof");
    }
    if (proof.at().plus(STEP_UP_AGE_MAX).isBefore(now)
        || proof.at().isAfter(now.plus(CLOCK_SKEW_MAX))) {
      return refused(
          "approval_expired",
          "The proof is of "
              + proof.at()
              + "; it serves for "
              + STEP_UP_AGE_MAX.toMinutes()
              + " minutes.");
    }
    return Optional.empty();
  }

  private static Optional<Refused> ownPayOut(
      Holder holder, Address to, BigInteger total, Approval approval, Instant now) {
    var refused = payOut(to, total, approval, now);
    return refused.isEmpty() && approval instanceof Approval.PayOut word
        ? ownStepUp(holder, word.proof(), now)
        : refused;
  }

  /// Where to and up to which total is part of what was agreed to, so that nothing else is paid by
  /// the same word.
  private static Optional<Refused> payOut(
      Address to, BigInteger total, Approval approval, Instant now) {
    if (!(approval instanceof Approval.PayOut word)) {
      return missing("the person's fresh proof for this payout");
    }
    if (!word.to().equals(to)) {
      return refused("policy_refused", "Agreed to was a payout to " + word.to() + ".");
    }
    return word.total().equals(total)
        ? stepUp(word.proof(), now)
        : refused("above_ceiling", "Agreed to was a total of " + word.total() + ".");
  }

  private static Optional<Refused> operators(Approval approval) {
    if (!(approval instanceof Approval.Operators operators)) {
      return missing("the word of " + APPROVERS_MIN + " operators");
    }
    var others = new HashSet<>(operators.approvers());
    others.remove(operators.asker());
    return others.size() >= APPROVERS_MIN
        ? Optional.empty()
        : refused(
            "approvers_missing",
            others.size() + " operators beside the asker agreed; it takes " + APPROVERS_MIN + ".");
  }

  private static Optional<Refused> missing(String what) {
    return refused("approval_missing", "This needs " + what + ".");
  }

  private static Optional<Refused> foreign(String what) {
    return refused("policy_refused", "This key does not sign " + what + ".");
  }

  private static Optional<Refused> refused(String code, String text) {
    return Optional.of(new Refused(code, text));
  }
}
