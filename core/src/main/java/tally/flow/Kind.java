package tally.flow;

import tally.Json;

/// The stories, by the word under which their states are stored.
public enum Kind {
  TOP_UP(TopUp.class),
  PURCHASE(Purchase.class),
  SETTLEMENT(Settlement.class),
  REFUNDING(Refunding.class),
  CHARGEBACK(Chargeback.class),
  STOCKING(Stocking.class),
  RELEASING(Releasing.class);

  private final Class<? extends Flow> type;

  Kind(Class<? extends Flow> type) {
    this.type = type;
  }

  public static Kind of(Flow flow) {
    return switch (flow) {
      case TopUp _ -> TOP_UP;
      case Purchase _ -> PURCHASE;
      case Settlement _ -> SETTLEMENT;
      case Refunding _ -> REFUNDING;
      case Chargeback _ -> CHARGEBACK;
      case Stocking _ -> STOCKING;
      case Releasing _ -> RELEASING;
    };
  }

  public Flow read(String json) {
    return Json.read(type, json);
  }

  public String write(Flow flow) {
    return write(type, flow);
  }

  private static <T extends Flow> String write(Class<T> type, Flow flow) {
    return Json.write(type, type.cast(flow));
  }
}
