package tally.network.evm;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import tally.x402.Address;

/// The command line of a local chain, `--name value` pairs: `--folder DIR` is needed; `--anvil
/// FILE`, `--port 0`, `--hands-port 0`, `--chain-id 31337`, `--block-seconds 1` (0 mines when
/// asked, fractions are allowed), `--window-seconds 604800`, `--decision-seconds 1209600`,
/// `--delay-max-seconds 86400`, `--maturity-max-seconds 15552000`, `--treasury`, `--operator`,
/// `--council` (addresses), `--daily-limit UNITS`.
record LocalArguments(LocalChain.Options chain, int handsPort) {

  private static final Set<String> KNOWN =
      Set.of(
          "--folder",
          "--anvil",
          "--port",
          "--hands-port",
          "--chain-id",
          "--block-seconds",
          "--window-seconds",
          "--decision-seconds",
          "--delay-max-seconds",
          "--maturity-max-seconds",
          "--treasury",
          "--operator",
          "--council",
          "--daily-limit");

  private static final int PORT_MAX = 65_535;
  private static final int BLOCK_SECONDS_MAX = 3600;

  /// Throws `IllegalArgumentException` that names what is wrong.
  static LocalArguments read(String[] arguments) {
    var given = pairs(arguments);
    if (!given.containsKey("--folder")) {
      throw new IllegalArgumentException("--folder DIR is needed");
    }
    var usual = LocalChain.Options.manual(Path.of(given.get("--folder")), anvil(given));
    var options =
        new LocalChain.Options(
            usual.folder(),
            usual.anvil(),
            (int) number(given, "--port", 0, PORT_MAX),
            number(given, "--chain-id", usual.chainId(), Integer.MAX_VALUE),
            blocks(given),
            terms(given, usual.terms()),
            address(given, "--treasury", usual.treasury()),
            address(given, "--operator", usual.operator()),
            address(given, "--council", usual.council()),
            limit(given));
    return new LocalArguments(options, (int) number(given, "--hands-port", 0, PORT_MAX));
  }

  private static Path anvil(Map<String, String> given) {
    var named = given.get("--anvil");
    return named != null
        ? Path.of(named)
        : Anvil.program()
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "there is no anvil: `npm install` in contracts/, or --anvil FILE"));
  }

  private static LocalChain.Terms terms(Map<String, String> given, LocalChain.Terms usual) {
    return new LocalChain.Terms(
        seconds(given, "--window-seconds", usual.window()),
        seconds(given, "--decision-seconds", usual.decision()),
        seconds(given, "--delay-max-seconds", usual.withdrawDelayMax()),
        seconds(given, "--maturity-max-seconds", usual.maturityMax()));
  }

  private static Duration blocks(Map<String, String> given) {
    var text = given.getOrDefault("--block-seconds", "1");
    if (!text.matches("[0-9]{1,4}(\\.[0-9]{1,3})?")) {
      throw new IllegalArgumentException("--block-seconds wants seconds, not " + text);
    }
    var millis = new BigDecimal(text).movePointRight(3).longValueExact();
    if (millis > BLOCK_SECONDS_MAX * 1000L) {
      throw new IllegalArgumentException("--block-seconds is at most " + BLOCK_SECONDS_MAX);
    }
    return Duration.ofMillis(millis);
  }

  private static Duration seconds(Map<String, String> given, String name, Duration otherwise) {
    return Duration.ofSeconds(number(given, name, otherwise.toSeconds(), Integer.MAX_VALUE));
  }

  private static BigInteger limit(Map<String, String> given) {
    var text = given.get("--daily-limit");
    if (text == null) {
      return LocalChain.Options.NO_LIMIT;
    }
    if (!text.matches("[0-9]{1,28}")) {
      throw new IllegalArgumentException("--daily-limit wants units, not " + text);
    }
    return new BigInteger(text);
  }

  private static Address address(Map<String, String> given, String name, Address otherwise) {
    var text = given.get(name);
    try {
      return text == null ? otherwise : new Address(text);
    } catch (IllegalArgumentException malformed) {
      throw new IllegalArgumentException(name + " wants an address, not " + text, malformed);
    }
  }

  private static long number(Map<String, String> given, String name, long otherwise, long most) {
    var text = given.get(name);
    if (text == null) {
      return otherwise;
    }
    if (!text.matches("[0-9]{1,10}") || Long.parseLong(text) > most) {
      throw new IllegalArgumentException(name + " wants a number up to " + most + ", not " + text);
    }
    return Long.parseLong(text);
  }

  private static Map<String, String> pairs(String[] arguments) {
    var given = new HashMap<String, String>();
    for (int i = 0; i < arguments.length; i += 2) {
      if (!KNOWN.contains(arguments[i]) || i + 1 == arguments.length) {
        throw new IllegalArgumentException("unknown, or without its value: " + arguments[i]);
      }
      if (given.put(arguments[i], arguments[i + 1]) != null) {
        throw new IllegalArgumentException("given twice: " + arguments[i]);
      }
    }
    return given;
  }
}
