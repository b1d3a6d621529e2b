package tally.plugin;

import tally.money.Refusal;

/// A setting with which a plug-in opens nothing, where the reason has a code that operators may
/// rely on; `no_contracts`, for example.
public final class SettingRefused extends IllegalArgumentException implements Refusal {

  private static final long serialVersionUID = 1;
  private final String code;

  /// @param text names the setting and says what to do
  public SettingRefused(String code, String text) {
    super(text);
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
