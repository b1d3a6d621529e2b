package tally.server.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tally.custody.port.Intent;
import tally.network.evm.LocalChain;
import tally.network.port.Chain;
import tally.network.port.Chain.ChainUnavailable;
import tally.plugin.Settings;
import tally.x402.Address;

/// The plug-in's one jar brings all its libraries along: behind the wall that shows it the spi
/// alone, it reaches a chain.
class EvmPlugInIT {

  @TempDir private Path folder;

  @Test
  void the_jar_alone_reaches_a_chain() throws Exception {
    var anvil = LocalChain.anvil();
    boolean required =
        "required".equals(System.getProperty("tally.node")) || System.getenv("CI") != null;
    assumeTrue(required || anvil.isPresent(), "Node is absent");
    var jar = Path.of(LocalChain.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Files.copy(jar, Files.createDirectory(folder.resolve("jars")).resolve("network-evm.jar"));
    var options = LocalChain.Options.manual(folder.resolve("chain"), anvil.orElseThrow());
    try (var plugIns = new PlugIns(folder.resolve("jars"));
        var chain = LocalChain.start(options, InstantSource.system())) {
      assertThat(plugIns.faults()).isEmpty();
      var plugin = plugIns.networks().get("evm");
      assertThat(plugin).isNotNull();
      var reached = plugin.open(settings(chain.url().toString(), chain));
      assertThat(reached.chain().facts().network()).isEqualTo("eip155:31337");
      assertThat(reached.grants().orElseThrow().facts().token()).isEqualTo(chain.token());

      var treasury = LocalChain.Options.TREASURY;
      var drain = new Intent.Drain(BigInteger.ONE);
      assertThat(reached.chain().simulate(drain, treasury))
          .isEqualTo(new Chain.Simulated.Reverts("Short"));
      var approve = new Intent.Allow(BigInteger.ONE);
      assertThat(reached.chain().simulate(approve, treasury))
          .isInstanceOf(Chain.Simulated.Passes.class);
      var fee = reached.chain().fee(0);
      var unsigned = reached.encoding().encode(approve, treasury, BigInteger.ZERO, fee);
      assertThat(unsigned.bytes()).isNotEmpty();
      assertThatThrownBy(() -> plugin.open(settings("http://127.0.0.1:1", chain)))
          .isInstanceOf(ChainUnavailable.class);
      assertThat(reached.channels().orElseThrow().tokens(chain.token(), Address.ZERO)).isZero();
    }
  }

  private static Settings settings(String rpc, LocalChain chain) {
    return new Settings(Map.of("rpc", rpc, "vault", chain.vault().hex(), "asset", "TUSD/6"));
  }
}
