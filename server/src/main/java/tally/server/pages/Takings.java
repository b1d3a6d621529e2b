package tally.server.pages;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import tally.metering.Reading;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Price;
import tally.money.Quantity;
import tally.money.Rounding;
import tally.server.internal.Views;

/// What a provider served in the last minutes: its worth, growing from nothing, and how many he
/// served at each moment.
///
/// @param moments oldest first
public record Takings(List<Moment> moments) {

  private static final int LINE_LEAST = 4;

  public Takings {
    moments = List.copyOf(moments);
  }

  /// @param worth of what was served since the first moment, in tokens
  /// @param served to how many
  public record Moment(Instant at, Amount worth, int served) {}

  /// @param counts of those sales that were read lately, by their ids
  static Takings of(List<Views.Sale> sales, Map<UUID, List<Reading>> counts, Asset token) {
    var times = new TreeSet<Instant>();
    var served = new TreeMap<UUID, TreeMap<Instant, Amount>>();
    for (var sale : sales) {
      for (var reading : counts.getOrDefault(sale.id(), List.of())) {
        times.add(reading.at());
        served
            .computeIfAbsent(sale.id(), _ -> new TreeMap<>())
            .put(reading.at(), worth(sale, reading.count()));
      }
    }
    var moments = new ArrayList<Moment>();
    for (var at : times) {
      var worth = Amount.zero(token);
      int running = 0;
      for (var one : served.values()) {
        worth = worth.plus(grown(one, at, times.first(), token));
        running += one.containsKey(at) ? 1 : 0;
      }
      moments.add(new Moment(at, worth, running));
    }
    return new Takings(moments);
  }

  private static Amount worth(Views.Sale sale, Quantity count) {
    var per = new Quantity(count.unit(), sale.per());
    return new Price(sale.price(), per).of(count, Rounding.DOWN).amount();
  }

  /// What began later began with nothing; what ended stays as it was.
  private static Amount grown(
      TreeMap<Instant, Amount> one, Instant at, Instant first, Asset token) {
    var now = one.floorEntry(at);
    var before = one.firstKey().equals(first) ? one.firstEntry().getValue() : Amount.zero(token);
    return now == null ? Amount.zero(token) : now.getValue().minus(before);
  }

  /// Whether there is more than the beginning of a line to draw.
  public boolean isKnown() {
    return moments.size() >= LINE_LEAST;
  }

  /// The worth of all of it.
  public Amount sum() {
    return moments.getLast().worth();
  }

  /// To how many he served at once, at most.
  public int most() {
    return moments.stream().mapToInt(Moment::served).max().orElse(0);
  }

  /// For the eye alone.
  public List<BigDecimal> line() {
    return moments.stream()
        .map(moment -> new BigDecimal(moment.worth().units(), moment.worth().asset().scale()))
        .toList();
  }

  /// For a spreadsheet; times in UTC.
  public String csv() {
    var out = new StringBuilder("time,served,worth,asset\r\n");
    for (var moment : moments) {
      out.append(moment.at())
          .append(',')
          .append(moment.served())
          .append(',')
          .append(moment.worth().decimal())
          .append(',')
          .append(moment.worth().asset().code())
          .append("\r\n");
    }
    return out.toString();
  }
}
