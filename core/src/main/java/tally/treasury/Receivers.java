package tally.treasury;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tally.money.Amount;
import tally.money.Holder;
import tally.money.Refusal;

/// Who may be paid with power that may still be taken back, and how much of it. The rule stands
/// where the processor has its last say, before the first draw. Pure; money that is matured or
/// cannot be reversed knows no rule.
///
/// After the first draw there is one rule more, which the purchase itself keeps, for whatever
/// money: while a bank or gateway warns of a payment that it spends (an early fraud warning, an
/// inquiry), nothing more is drawn. What is drawn may be used to its end, since the provider is
/// paid for it in any case; then the service ends as `payment_warned`, unless the warning was
/// closed in our favour before. A payment that is claimed back ends it at once.
public final class Receivers {

  private static final Duration DAY = Duration.ofDays(1);
  private static final int WHOLE = 100;

  /// @param listed providers that may be paid with young money; where there are none, those of the
  ///   buyer's own tenant
  /// @param unlistedDaily what a buyer may pay others with it in a day, in what he pays; zero for
  ///   nothing
  /// @param firstDayShare hundredths of a new payer's money that he may spend on his first day
  /// @param slicePercent hundredths of a payment that one draw may take; 100 for no bound
  /// @param maturity how long money is young
  public record Settings(
      Set<Holder> listed,
      Amount unlistedDaily,
      int firstDayShare,
      int slicePercent,
      Duration maturity) {
    public Settings {
      listed = Set.copyOf(listed);
      if (firstDayShare < 0 || firstDayShare > WHOLE) {
        throw new IllegalArgumentException("a share is 0 to 100: " + firstDayShare);
      }
      if (slicePercent < 0 || slicePercent > WHOLE) {
        throw new IllegalArgumentException("a slice is 0 to 100 hundredths: " + slicePercent);
      }
    }
  }

  /// What a purchase would do with young money. Amounts are of one asset.
  ///
  /// @param young what of the price is young money
  /// @param payments what the young money's payments brought in all
  /// @param secured every one of them was secured by its bank, so that theft is not our risk
  /// @param warned one of them is disputed, or a warning came for it
  /// @param payerSince when his first money came
  /// @param unlistedToday young money that he paid to unlisted providers within a day
  public record Asking(
      Holder buyer,
      Holder provider,
      boolean ownTenant,
      Amount young,
      Amount payments,
      boolean secured,
      boolean warned,
      Instant payerSince,
      Amount unlistedToday) {}

  /// Codes: `payment_disputed`, `same_person`, `first_day_limit`, `receiver_unlisted`,
  /// `unlisted_limit`.
  public record Refused(String code, String text) implements Refusal {}

  private final Settings settings;

  public Receivers(Settings settings) {
    this.settings = settings;
  }

  /// Whether money that came then, and can be reversed, may still be taken back.
  public boolean young(Instant opened, Instant now) {
    return now.isBefore(opened.plus(settings.maturity()));
  }

  public boolean listed(Holder provider, boolean ownTenant) {
    return settings.listed().isEmpty() ? ownTenant : settings.listed().contains(provider);
  }

  /// Empty where the provider may be paid.
  public Optional<Refused> judge(Asking asking, Instant now) {
    if (asking.young().isZero()) {
      return Optional.empty();
    }
    if (asking.warned()) {
      return refused("payment_disputed", "A payment of it is disputed.");
    }
    if (asking.buyer().equals(asking.provider())) {
      return refused("same_person", "Nobody buys from himself with money that may be taken back.");
    }
    return asking.secured() ? Optional.empty() : unsecured(asking, now);
  }

  /// What one draw takes of what is wanted, so that a stolen card loses no more at a time. It holds
  /// for every method, since no bank secures against a service that does not come. Amounts are of
  /// one asset.
  ///
  /// @param payments what each young payment brought; the smallest bounds it
  /// @param portion what is paid at once in any case, so that the service is not starved
  public Amount slice(Amount wanted, List<Amount> payments, Amount portion) {
    if (settings.slicePercent() == WHOLE) {
      return wanted;
    }
    return payments.stream()
        .map(payment -> share(payment, settings.slicePercent()))
        .reduce(Amount::min)
        .map(most -> wanted.min(above(portion, most) ? portion : most))
        .orElse(wanted);
  }

  private static Amount share(Amount whole, int hundredths) {
    return new Amount(
        whole.asset(),
        whole.units().multiply(BigInteger.valueOf(hundredths)).divide(BigInteger.valueOf(WHOLE)));
  }

  private Optional<Refused> unsecured(Asking asking, Instant now) {
    var firstDay = share(asking.payments(), settings.firstDayShare());
    if (now.isBefore(asking.payerSince().plus(DAY)) && above(asking.young(), firstDay)) {
      return refused(
          "first_day_limit", "On the first day " + firstDay + " of it can be spent at once.");
    }
    if (listed(asking.provider(), asking.ownTenant())) {
      return Optional.empty();
    }
    if (settings.unlistedDaily().isZero()) {
      return refused("receiver_unlisted", "This provider is not listed for money that is young.");
    }
    return above(asking.unlistedToday().plus(asking.young()), settings.unlistedDaily())
        ? refused(
            "unlisted_limit",
            "Providers that are not listed get " + settings.unlistedDaily() + " of it a day.")
        : Optional.empty();
  }

  private static boolean above(Amount some, Amount most) {
    return some.units().compareTo(most.units()) > 0;
  }

  private static Optional<Refused> refused(String code, String text) {
    return Optional.of(new Refused(code, text));
  }
}
