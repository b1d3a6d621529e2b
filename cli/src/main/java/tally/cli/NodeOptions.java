package tally.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which node a command talks to, and as whom.
final class NodeOptions {

  private static final String OPERATOR = "operator";

  @Option(
      names = "--node",
      paramLabel = "URL",
      description = "The node's private door (default: the node that runs on this machine).")
  private @Nullable URI url;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "An API key or session (default: TALLY_KEY, else this machine's own account).")
  private @Nullable String key;

  @Option(
      names = "--link",
      paramLabel = "FILE",
      description = "A file with a one-time sign-in link, such as the node's sign-in-link.")
  private @Nullable Path link;

  @Option(
      names = "--as",
      paramLabel = "WHO",
      defaultValue = OPERATOR,
      description =
          "Without a key: operator, or an account of this machine such as buyer or seller"
              + " (default: ${DEFAULT-VALUE}).")
  private String as = OPERATOR;

  /// A person of this machine, where no key is given.
  ///
  /// @param named where the node is, if the options do not say so
  /// @param role what the person does there, such as `buyer`
  Api person(URI named, String role) {
    var door = url == null ? named : url;
    var given = given(door);
    if (given != null) {
      return given;
    }
    return NodeFolder.at(door)
        .map(node -> node.account(Api.at(door), role))
        .orElseThrow(() -> signIn(door));
  }

  /// The way to the node with the given key; else as `--as` says, by default the operator of the
  /// node that runs on this machine.
  Api api() {
    var door = url == null ? only() : url;
    var given = given(door);
    if (given != null) {
      return given;
    }
    var node = NodeFolder.at(door).orElseThrow(() -> signIn(door));
    return as.equals(OPERATOR)
        ? node.session().map(Api.at(door)::as).orElseThrow(() -> signIn(door))
        : node.account(Api.at(door), as);
  }

  private static URI only() {
    var doors =
        NodeFolder.running().stream()
            .flatMap(node -> node.open().stream())
            .map(NodeFolder.Open::door)
            .toList();
    if (doors.isEmpty()) {
      throw new Stop("no_node", "No node runs here. Start one (./tally up), or give --node.");
    }
    if (doors.size() > 1) {
      throw new Stop("which_node", "These nodes run here: " + doors + ". Name one with --node.");
    }
    return doors.getFirst();
  }

  private @Nullable Api given(URI door) {
    var written = key == null ? System.getenv("TALLY_KEY") : key;
    if (written != null && !written.isBlank()) {
      return Api.at(door).as(written.strip());
    }
    if (link == null) {
      return null;
    }
    try {
      return Api.at(door).follow(URI.create(Files.readString(link).strip()));
    } catch (IOException | IllegalArgumentException e) {
      throw new Stop("link_unreadable", "There is no sign-in link in " + link + ".");
    }
  }

  private static Stop signIn(URI door) {
    return new Stop(
        "sign_in_needed",
        "No command of this house runs the node at " + door + "; give --key, TALLY_KEY or --link.");
  }
}
