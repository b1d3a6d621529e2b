package tally.server.pages;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Quantity;
import tally.money.Unit;
import tally.server.internal.Views;

/// How money, measure and time are written in a person's language.
///
/// @param fiat what he pays in; granted tokens are shown as this money, whole for whole
public record Figures(Words words, Asset fiat, ZoneId zone) {

  private static final String HARD = "\u00a0";
  private static final List<String> BINARY = List.of("B", "KiB", "MiB", "GiB", "TiB");
  private static final List<String> DECIMAL = List.of("B", "kB", "MB", "GB", "TB");
  private static final List<String> BITS = List.of("bit/s", "kbit/s", "Mbit/s", "Gbit/s");
  private static final BigDecimal EIGHTH = new BigDecimal("0.125");
  private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);
  private static final BigDecimal SIXTY = BigDecimal.valueOf(60);
  private static final long HOUR = 3600;

  /// How many decimals a price has at most; a finer one is rounded, for the eye alone.
  private static final int FINEST = 4;

  /// A figure whose cents are greyed: `$61` and `.48`.
  public record Cut(String head, String tail) {}

  public String money(Amount amount) {
    return money(whole(amount), amount.asset().scale());
  }

  /// Where it left the balance.
  public String less(Amount amount) {
    return "−" + money(amount);
  }

  /// A sum of tokens as the money that they are worth, with as many decimals as are true, two to
  /// four.
  public String worth(Amount amount) {
    var value = whole(amount).setScale(FINEST, RoundingMode.HALF_UP).stripTrailingZeros();
    return money(value, Math.clamp(value.scale(), 2, FINEST));
  }

  /// A guess of what tokens are worth: to the cent, and finer only below one whole.
  public String about(Amount amount) {
    var value = whole(amount);
    return value.compareTo(BigDecimal.ONE) < 0 ? worth(amount) : money(value, 2);
  }

  /// Tokens as they are: `16,240.550000 TUSD`.
  public String exact(Amount amount) {
    return number(whole(amount), amount.asset().scale()) + HARD + amount.asset().code();
  }

  /// What an account holds, which may be below zero: `−500.00 USD`.
  public String signed(BigInteger units, Asset asset) {
    var amount = exact(new Amount(asset, units.abs()));
    return units.signum() < 0 ? "−" + amount : amount;
  }

  public Cut cut(Amount amount) {
    var text = money(amount);
    int at =
        text.lastIndexOf(DecimalFormatSymbols.getInstance(words.locale()).getDecimalSeparator());
    return at < 0 ? new Cut(text, "") : new Cut(text.substring(0, at), text.substring(at));
  }

  /// What stands before a sum that is typed: `$`, or nothing in German.
  public String before() {
    return behind().isEmpty() ? sign() : "";
  }

  /// What stands behind a sum that is typed: `$` in German, else nothing.
  public String behind() {
    return words.language().equals("de") ? symbol() : "";
  }

  /// A sum as a person of this language types it: `25.00`, `25,00`.
  public String typed(String decimal) {
    return words.language().equals("de") ? decimal.replace('.', ',') : decimal;
  }

  /// Whole money without its cents: `$25`.
  public String round(int wholes) {
    return money(BigDecimal.valueOf(wholes), 0);
  }

  private String money(BigDecimal value, int decimals) {
    var digits = number(value, decimals);
    return words.language().equals("de") ? digits + HARD + symbol() : sign() + digits;
  }

  private String sign() {
    return symbol().length() == 1 ? symbol() : symbol() + HARD;
  }

  private String symbol() {
    return switch (fiat.code()) {
      case "USD" -> "$";
      case "EUR" -> "€";
      case "GBP" -> "£";
      case "JPY" -> "¥";
      default -> fiat.code();
    };
  }

  private String number(BigDecimal value, int decimals) {
    var format = new DecimalFormat("#,##0", DecimalFormatSymbols.getInstance(words.locale()));
    format.setMinimumFractionDigits(decimals);
    format.setMaximumFractionDigits(decimals);
    format.setRoundingMode(RoundingMode.HALF_UP);
    return format.format(value);
  }

  private static BigDecimal whole(Amount amount) {
    return new BigDecimal(amount.units(), amount.asset().scale());
  }

  /// What a service costs for one unit that people think in: a GiB, an hour, a call.
  public record Price(String amount, String unit) {}

  public Price price(Views.Offering offering) {
    return price(offering.price(), offering.per(), offering.unit());
  }

  /// @param price of so many of the unit
  public Price price(Amount price, long per, String unit) {
    var each = each(per, unit);
    var value =
        whole(price)
            .multiply(BigDecimal.valueOf(each.count()))
            .divide(BigDecimal.valueOf(per), FINEST, RoundingMode.HALF_UP)
            .stripTrailingZeros();
    return new Price(money(value, Math.clamp(value.scale(), 2, FINEST)), each.name());
  }

  private record Each(long count, String name) {}

  private Each each(long per, String unit) {
    return switch (unit) {
      case "byte" -> binary(per) ? new Each(1L << 30, "GiB") : new Each(1_000_000_000, "GB");
      case "second" -> new Each(HOUR, words.say("unit.hour"));
      case "call" -> new Each(1, words.say("unit.call"));
      default -> new Each(per, per + HARD + unit);
    };
  }

  private static boolean binary(long per) {
    return per % 1024 == 0 && per % 1000 != 0;
  }

  /// A count in the unit family of its offering: `18.42 GB`, `6 h 9 min`, `1,204 calls`.
  public String count(Quantity quantity, Views.Offering offering) {
    return count(quantity, offering.per());
  }

  /// @param per of how many the price is, which tells a GiB from a GB
  public String count(Quantity quantity, long per) {
    long count = quantity.count();
    if (quantity.unit().equals(Unit.BYTE)) {
      return bytes(count, binary(per));
    }
    if (quantity.unit().equals(Unit.SECOND)) {
      return seconds(count);
    }
    return number(BigDecimal.valueOf(count), 0)
        + HARD
        + words.find("unit." + quantity.unit().name() + ".many").orElse(quantity.unit().name());
  }

  private String bytes(long count, boolean binary) {
    var names = binary ? BINARY : DECIMAL;
    var step = BigDecimal.valueOf(binary ? 1024 : 1000);
    var value = BigDecimal.valueOf(count);
    int at = 0;
    while (value.compareTo(step) >= 0 && at < names.size() - 1) {
      value = value.divide(step, 10, RoundingMode.DOWN);
      at++;
    }
    return number(value.setScale(2, RoundingMode.DOWN), at == 0 ? 0 : 2) + HARD + names.get(at);
  }

  private String seconds(long count) {
    long hours = count / HOUR;
    long minutes = count % HOUR / 60;
    if (hours >= 48) {
      return hours / 24 + HARD + "d " + hours % 24 + HARD + "h";
    }
    return hours > 0
        ? hours + HARD + "h " + minutes + HARD + "min"
        : minutes + HARD + "min " + count % 60 + HARD + "s";
  }

  /// How a speed is written: so many of a unit that people think in.
  public record Scale(Figures figures, BigDecimal each, String unit) {

    /// A speed of so many a second, for a chart; nothing where it is not known.
    @Nullable BigDecimal of(@Nullable BigDecimal speed) {
      return speed == null ? null : speed.divide(each, FINEST, RoundingMode.HALF_UP);
    }

    /// `8.4 Mbit/s`, `12.0 calls/min`, or the word for what is not known.
    public String say(@Nullable BigDecimal speed) {
      if (speed == null) {
        return figures.words().say("speed.unknown");
      }
      return figures.number(speed.divide(each, 1, RoundingMode.HALF_UP), 1) + HARD + unit;
    }
  }

  /// Bytes are shown as bits a second, by the fastest; everything else a minute.
  public Scale scale(Speed speed) {
    if (!speed.unit().equals(Unit.BYTE)) {
      var name = speed.unit().name();
      var unit = words.find("unit." + name + ".many").orElse(name);
      return new Scale(this, BigDecimal.ONE.divide(SIXTY, MathContext.DECIMAL64), unit + "/min");
    }
    var most = speed.most();
    var fastest = most == null ? BigDecimal.ZERO : most;
    var each = EIGHTH;
    int at = 0;
    while (fastest.compareTo(each.multiply(THOUSAND)) >= 0 && at < BITS.size() - 1) {
      each = each.multiply(THOUSAND);
      at++;
    }
    return new Scale(this, each, BITS.get(at));
  }

  /// `21 Nov 2026, 14:32`.
  public String moment(Instant at) {
    return write(at, "d MMM uuuu, HH:mm");
  }

  /// `21 Nov, 14:32`.
  public String brief(Instant at) {
    return write(at, "d MMM, HH:mm");
  }

  /// `14:32:08`.
  public String clock(Instant at) {
    return write(at, "HH:mm:ss");
  }

  private String write(Instant at, String pattern) {
    return DateTimeFormatter.ofPattern(pattern, words.locale()).withZone(zone).format(at);
  }
}
