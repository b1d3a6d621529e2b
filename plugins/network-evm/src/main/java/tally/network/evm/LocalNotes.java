package tally.network.evm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tally.x402.Bytes32;
import tools.jackson.databind.json.JsonMapper;

/// What a folder knows of its chain: how it was born, where it listens, what was deployed.
///
/// @param born seconds since 1970 that block 0 tells, so that the same genesis can be made again
/// @param ahead seconds by which the chain's clock was moved ahead of the machine's
/// @param pid of the process that was last started, 0 for none
record LocalNotes(
    long chainId,
    long born,
    long ahead,
    LocalChain.Terms terms,
    int port,
    long pid,
    @Nullable Bytes32 genesis,
    @Nullable Deployment deployment) {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final String FILE = "local-chain.json";

  static Optional<LocalNotes> read(Path folder) {
    var file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    return Optional.of(MAPPER.readValue(file.toFile(), LocalNotes.class));
  }

  LocalNotes runningAs(Anvil anvil, Bytes32 found) {
    return new LocalNotes(
        chainId, born, ahead, terms, anvil.port(), anvil.pid(), found, deployment);
  }

  LocalNotes with(Deployment made) {
    return new LocalNotes(chainId, born, ahead, terms, port, pid, genesis, made);
  }

  LocalNotes movedAhead(long seconds) {
    long now = Math.addExact(ahead, seconds);
    return new LocalNotes(chainId, born, now, terms, port, pid, genesis, deployment);
  }

  /// Whole or not at all.
  void write(Path folder) {
    try {
      var half = folder.resolve(FILE + ".new");
      MAPPER.writerWithDefaultPrettyPrinter().writeValue(half.toFile(), this);
      Files.move(
          half,
          folder.resolve(FILE),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
