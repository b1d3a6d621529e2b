package tally.server.pages;

import java.text.MessageFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;

/// All that the pages say, in one language: English, or German.
///
/// What is put into a sentence is text already; `Figures` writes it.
public final class Words {

  private static final String BUNDLE = "tally.server.pages.words";
  private static final Words ENGLISH = new Words(Locale.UK);
  private static final Words GERMAN = new Words(Locale.GERMANY);
  private final Locale locale;
  private final ResourceBundle bundle;

  private Words(Locale locale) {
    this.locale = locale;
    this.bundle =
        ResourceBundle.getBundle(
            BUNDLE, locale, Control.getNoFallbackControl(Control.FORMAT_PROPERTIES));
  }

  /// @param language of two letters, or of a browser's `Accept-Language`; English where it is none
  ///   of ours
  static Words in(String language) {
    return language.strip().toLowerCase(Locale.ROOT).startsWith("de") ? GERMAN : ENGLISH;
  }

  /// The sentence of a key; the key itself where there is none, so that a page is never lost for a
  /// word.
  public String say(String key, Object... parts) {
    return find(key, parts).orElse(key);
  }

  public Optional<String> find(String key, Object... parts) {
    return bundle.containsKey(key)
        ? Optional.of(new MessageFormat(bundle.getString(key), locale).format(parts))
        : Optional.empty();
  }

  public String language() {
    return locale.getLanguage();
  }

  public Locale locale() {
    return locale;
  }
}
