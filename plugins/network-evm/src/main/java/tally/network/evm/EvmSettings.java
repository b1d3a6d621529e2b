package tally.network.evm;

import java.net.URI;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tally.money.Asset;
import tally.plugin.Settings;
import tally.x402.Address;
import tally.x402.Settlement;

/// How one EVM chain is reached. Settings, all but `rpc` optional: `rpc`, addresses separated by
/// commas; `quorum`, how many must answer alike, 2 where two or more are given; `confirmations`,
/// 12; `channels`, the settlement contract, the official one where not given; `vault` and its
/// `asset`, such as `TUSD/6`, without which nothing is granted here; `chain-id`, what the chain
/// must call itself.
///
/// @param rpc 1 to 8 addresses; a path may hold a secret, so they are never shown whole
/// @param confirmations blocks above a transaction's own that make it final, 0 to 10 000
record EvmSettings(
    List<URI> rpc,
    int quorum,
    int confirmations,
    Address channels,
    Optional<Address> vault,
    Optional<Asset> asset,
    Optional<Long> chainId) {

  static final int ENDPOINTS_MAX = 8;
  private static final int CONFIRMATIONS_MAX = 10_000;
  private static final Set<String> SCHEMES = Set.of("http", "https");

  EvmSettings {
    rpc = List.copyOf(rpc);
    wanted(!rpc.isEmpty() && rpc.size() <= ENDPOINTS_MAX, "rpc: 1 to " + ENDPOINTS_MAX);
    wanted(rpc.stream().allMatch(EvmSettings::web), "rpc: http or https addresses");
    wanted(new HashSet<>(rpc).size() == rpc.size(), "rpc: each address once");
    wanted(quorum >= 1 && quorum <= rpc.size(), "quorum: 1 to the number of rpc addresses");
    wanted(
        confirmations >= 0 && confirmations <= CONFIRMATIONS_MAX,
        "confirmations: 0 to " + CONFIRMATIONS_MAX);
    wanted(vault.isPresent() == asset.isPresent(), "asset: goes with the setting vault");
  }

  static EvmSettings read(Settings settings) {
    var rpc = urls(settings.need("rpc"));
    int quorum =
        settings
            .find("quorum")
            .map(text -> (int) number("quorum", text))
            .orElse(Math.min(2, rpc.size()));
    return new EvmSettings(
        rpc,
        quorum,
        (int) number("confirmations", settings.find("confirmations").orElse("12")),
        settings
            .find("channels")
            .map(text -> address("channels", text))
            .orElse(Settlement.OFFICIAL),
        settings.find("vault").map(text -> address("vault", text)),
        settings.find("asset").map(EvmSettings::asset),
        settings.find("chain-id").map(text -> number("chain-id", text)));
  }

  private static List<URI> urls(String text) {
    try {
      return Arrays.stream(text.split(",", -1)).map(String::strip).map(URI::create).toList();
    } catch (IllegalArgumentException malformed) {
      // Without the cause, which would show the address.
      throw new IllegalArgumentException("setting rpc: not an address");
    }
  }

  private static boolean web(URI url) {
    return url.getScheme() != null && SCHEMES.contains(url.getScheme()) && url.getHost() != null;
  }

  private static long number(String setting, String text) {
    if (!text.matches("[0-9]{1,18}")) {
      throw new IllegalArgumentException("setting " + setting + ": a whole number is wanted");
    }
    long read = Long.parseLong(text);
    boolean fits = setting.equals("chain-id") || read <= Integer.MAX_VALUE;
    wanted(fits, setting + ": too large");
    return read;
  }

  private static Address address(String setting, String text) {
    try {
      return new Address(text);
    } catch (IllegalArgumentException malformed) {
      throw new IllegalArgumentException(
          "setting " + setting + ": 0x and 40 hexadecimal digits are wanted", malformed);
    }
  }

  private static Asset asset(String text) {
    try {
      return Asset.of(text);
    } catch (IllegalArgumentException malformed) {
      throw new IllegalArgumentException("setting asset: " + malformed.getMessage(), malformed);
    }
  }

  private static void wanted(boolean fits, String what) {
    if (!fits) {
      throw new IllegalArgumentException("setting " + what);
    }
  }

  /// Names no address of an endpoint.
  @Override
  public String toString() {
    return "EvmSettings[" + rpc.size() + " endpoints, quorum " + quorum + "]";
  }
}
