package tally.server.internal;

import tally.money.Refusal;

/// A refusal on its way to the door's answer. Thrown by doors alone, and without a stack: it is an
/// answer, not a fault.
public final class Refused extends RuntimeException implements Refusal {
  private static final long serialVersionUID = 1;
  private final String code;
  private final String text;

  public Refused(String code, String text) {
    super(code, null, false, false);
    this.code = code;
    this.text = text;
  }

  public Refused(Refusal refusal) {
    this(refusal.code(), refusal.text());
  }

  public static Refused notFound() {
    return new Refused("not_found", "There is nothing here, or it is not yours.");
  }

  @Override
  public String code() {
    return code;
  }

  @Override
  public String text() {
    return text;
  }
}
