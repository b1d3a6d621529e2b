package tally.network.evm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/// The last whole state of a local chain. Anvil writes its state in place, so that a chain killed
/// in the middle of it leaves half a file; then the copy, at most a few seconds older, takes its
/// place.
final class KeptState implements AutoCloseable {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final Duration EACH = Duration.ofSeconds(1);

  private final Path state;
  private final Path copy;
  private final Thread keeper;

  private KeptState(Path state) {
    this.state = state;
    this.copy = copy(state);
    this.keeper = Thread.ofVirtual().name("keeper of " + state).unstarted(this::run);
  }

  static Path copy(Path state) {
    return state.resolveSibling(state.getFileName() + ".kept");
  }

  /// Copies the state each second, whenever it is whole, until it is closed.
  static KeptState of(Path state) {
    var kept = new KeptState(state);
    kept.keeper.start();
    return kept;
  }

  /// Puts the copy in the place of a state that is not whole, and leaves of the blocks 0 the one
  /// that the chain began with: anvil makes another at each start and keeps them all, and which of
  /// them it answers with later is chance. Before anvil is started.
  ///
  /// @param born seconds since 1970 that the chain's own block 0 tells
  static void mend(Path state, long born) {
    try {
      if (!Files.exists(state)) {
        return;
      }
      var bytes = Files.readAllBytes(state);
      if (!isWhole(bytes) && Files.exists(copy(state))) {
        bytes = Files.readAllBytes(copy(state));
      }
      if (isWhole(bytes)) {
        replace(state, withOneGenesis(bytes, born));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] withOneGenesis(byte[] json, long born) {
    var whole = MAPPER.readTree(json);
    if (whole.path("blocks") instanceof ArrayNode blocks) {
      blocks.removeIf(block -> number(block, "number") == 0 && number(block, "timestamp") != born);
    }
    return MAPPER.writeValueAsBytes(whole);
  }

  private static long number(JsonNode block, String field) {
    return Long.decode(block.required("header").required(field).asString());
  }

  private static void replace(Path file, byte[] bytes) throws IOException {
    var next = file.resolveSibling(file.getFileName() + ".next");
    Files.write(next, bytes);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private void run() {
    try {
      while (true) {
        keep();
        Thread.sleep(EACH);
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  /// A copy that fails leaves the one before, which is what a copy is for.
  private void keep() {
    try {
      var bytes = Files.exists(state) ? Files.readAllBytes(state) : new byte[0];
      if (isWhole(bytes)) {
        replace(copy, bytes);
      }
    } catch (IOException e) {
      System.getLogger(KeptState.class.getName())
          .log(System.Logger.Level.WARNING, "the state of a local chain was not copied", e);
    }
  }

  private static boolean isWhole(byte[] json) {
    try {
      return json.length > 0 && MAPPER.readTree(json).isObject();
    } catch (JacksonException torn) {
      return false;
    }
  }

  @Override
  public void close() {
    keeper.interrupt();
    try {
      keeper.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
