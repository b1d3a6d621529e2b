package tally.plugin;

import java.util.Optional;
import tally.custody.port.Encoding;
import tally.escrow.port.Channels;
import tally.network.port.Chain;
import tally.treasury.port.Grants;

/// Reaches the chains of one kind.
public interface NetworkPlugin {

  /// The ports that one network can offer.
  interface Network {
    /// False where it only imitates a chain, for tests and demonstrations.
    boolean real();

    Chain chain();

    Encoding encoding();

    Optional<Grants> grants();

    Optional<Channels> channels();
  }

  /// The word by which settings choose this plug-in, such as `fake`.
  String kind();

  /// Opens one network. Throws `IllegalArgumentException` that names the wrong setting.
  Network open(Settings settings);
}
