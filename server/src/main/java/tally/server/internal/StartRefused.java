package tally.server.internal;

import tally.money.Refusal;

/// Why a node does not start: a stable code, and one sentence that says what to do.
public final class StartRefused extends IllegalStateException implements Refusal {

  private static final long serialVersionUID = 1;
  private final String code;

  public StartRefused(String code, String text) {
    super(text);
    this.code = code;
  }

  public StartRefused(String code, String text, Throwable cause) {
    super(text, cause);
    this.code = code;
  }

  @Override
  public String code() {
    return code;
  }

  @Override
  public String text() {
    return String.valueOf(getMessage());
  }
}
