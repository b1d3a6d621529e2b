package tally.network.evm;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import tally.plugin.Settings;

/// A chain of the node's own, for tests and first steps: begun, kept and taken over again in a
/// folder of the node's data. Ends with the node; a node that is killed leaves it running for the
/// next.
///
/// Settings: `local`, the folder; `hands-port`, where the chain's outside can be moved
/// (`LocalDoor`), any free one where not given. They stand for `rpc`, `channels`, `vault` and
/// `asset`.
final class OwnChain {

  private static final System.Logger LOG = System.getLogger(OwnChain.class.getName());
  private static final Duration BLOCKS = Duration.ofSeconds(1);

  private OwnChain() {}

  /// Settings as they are without `local`; else those by which its chain is reached, once it runs.
  static Settings reached(Settings settings) {
    return settings
        .find("local")
        .map(folder -> reached(settings, Path.of(folder)))
        .orElse(settings);
  }

  private static Settings reached(Settings settings, Path folder) {
    for (var theirs : new String[] {"rpc", "channels", "vault", "asset"}) {
      if (settings.find(theirs).isPresent()) {
        throw new IllegalArgumentException("setting " + theirs + ": does not go with local");
      }
    }
    var anvil =
        LocalChain.anvil()
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "setting local: there is no anvil; `contracts/build --tools` brings it"));
    int port = settings.find("hands-port").map(OwnChain::port).orElse(0);
    var chain =
        LocalChain.start(
            LocalChain.Options.manual(folder, anvil).every(BLOCKS), InstantSource.system());
    var door = LocalDoor.open(chain, port);
    Runtime.getRuntime().addShutdownHook(new Thread(chain::close, "end of the local chain"));
    LOG.log(
        System.Logger.Level.INFO,
        "a local chain at {0}, its hands at {1}",
        chain.url(),
        door.url());
    var values = new HashMap<>(settings.values());
    values.remove("local");
    values.remove("hands-port");
    values.put("rpc", chain.url().toString());
    values.put("channels", chain.channels().hex());
    values.put("vault", chain.vault().hex());
    values.put("asset", Deployment.ASSET.toString());
    return new Settings(values);
  }

  private static int port(String text) {
    if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > 65_535) {
      throw new IllegalArgumentException("setting hands-port: a port is wanted");
    }
    return Integer.parseInt(text);
  }
}
