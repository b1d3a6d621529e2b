package tally.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// Where the node's program lies and how it is begun.
///
/// The build leaves one jar. `PrepareCommand` unpacks it and lets it run once, so that the JVM can
/// keep what it loaded, linked and profiled: a start from there takes about half the time. Without
/// it, or with a cache that another JDK made, the node starts all the same.
public final class NodeProgram {

  /// The build's version, part of every jar's name.
  public static final String VERSION = "0.1.0-SNAPSHOT";

  /// Megabytes of heap.
  private static final int HEAP = 384;

  private final Path home;

  /// @param home the folder of the project
  public NodeProgram(Path home) {
    this.home = home;
  }

  /// The one jar that the build leaves.
  Path packed() {
    return home.resolve("server/target/tally-server-" + VERSION + "-app.jar");
  }

  /// The folder of the unpacked program.
  Path folder() {
    return home.resolve("server/target/node");
  }

  Path unpacked() {
    return folder().resolve("node.jar");
  }

  /// What the JVM kept of the trial run.
  Path cache() {
    return folder().resolve("node.aot");
  }

  /// The folder of our own plug-ins' jars.
  public Path plugIns() {
    return home.resolve("server/target/plugins");
  }

  /// Says which packed program the unpacked one was made of, since a later build replaces the
  /// former.
  void seal() throws IOException {
    Files.writeString(origin(), fingerprint());
  }

  private boolean prepared() {
    try {
      return Files.exists(cache())
          && Files.exists(origin())
          && Files.readString(origin()).equals(fingerprint());
    } catch (IOException unreadable) {
      return false;
    }
  }

  private Path origin() {
    return folder().resolve("made-of");
  }

  private String fingerprint() throws IOException {
    try (var in = Files.newInputStream(packed())) {
      var digest = MessageDigest.getInstance("SHA-256");
      in.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The command by which the node is begun, its own options to be added.
  public List<String> command() {
    return prepared()
        ? command(unpacked(), "-XX:AOTCache=" + cache(), "-Xlog:aot=error")
        : command(packed());
  }

  /// The command of the trial run.
  List<String> trial() {
    return command(unpacked(), "-XX:AOTCacheOutput=" + cache(), "-Xlog:aot=error");
  }

  private static List<String> command(Path jar, String... options) {
    var command = new ArrayList<String>();
    command.add(java());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-XX:+UseSerialGC");
    command.add("-Xmx" + HEAP + "m");
    command.addAll(List.of(options));
    command.add("-jar");
    command.add(jar.toString());
    return command;
  }

  /// The JVM that runs this very program.
  public static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }
}
