package tally.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The folder of a node that a command runs on this machine, one below `Folders.kept()`. While the
/// node is up, `open.json` says where its doors are, and `session` holds a session of its operator.
/// Only the folder's owner can read what is written here.
final class NodeFolder {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int FOLDERS_MAX = 100;
  private static final Pattern ROLE = Pattern.compile("[a-z]{1,20}");
  private final Path folder;

  /// Who has the folder now.
  ///
  /// @param command such as `sell`
  /// @param door the private listener
  /// @param publicDoor the public one
  /// @param pid of the command, which ends its node when it ends
  record Open(String command, URI door, URI publicDoor, long pid) {
    boolean has(int port) {
      return door.getPort() == port || publicDoor.getPort() == port;
    }
  }

  NodeFolder(Path folder) {
    this.folder = folder;
  }

  /// The folder of the node that these settings are of.
  static NodeFolder of(ConfigFile settings) {
    var path = settings.path().toString().getBytes(StandardCharsets.UTF_8);
    var name = "up-" + UUID.nameUUIDFromBytes(path).toString().substring(0, 8);
    return new NodeFolder(Folders.kept().resolve(name));
  }

  /// Every node that a command runs for this house now.
  static List<NodeFolder> running() {
    var all = Folders.kept();
    if (!Files.isDirectory(all)) {
      return List.of();
    }
    try (var folders = Files.list(all)) {
      return folders
          .sorted()
          .limit(FOLDERS_MAX)
          .map(NodeFolder::new)
          .filter(node -> node.open().isPresent())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The running node whose private door this is.
  static Optional<NodeFolder> at(URI door) {
    return running().stream()
        .filter(node -> node.open().filter(open -> isSame(open.door(), door)).isPresent())
        .findFirst();
  }

  private static boolean isSame(URI one, URI other) {
    return one.getPort() == other.getPort() && isLoopback(one) && isLoopback(other);
  }

  static boolean isLoopback(URI url) {
    var host = String.valueOf(url.getHost());
    return host.equals("127.0.0.1") || host.equals("localhost") || host.equals("[::1]");
  }

  Path folder() {
    return folder;
  }

  void opened(String command, URI door, URI publicDoor) {
    var mark =
        Map.of(
            "command", command,
            "door", door.toString(),
            "publicDoor", publicDoor.toString(),
            "pid", ProcessHandle.current().pid());
    Folders.keep(folder.resolve("open.json"), JSON.writeValueAsString(mark));
  }

  void closed() {
    try {
      Files.deleteIfExists(folder.resolve("open.json"));
      Files.deleteIfExists(folder.resolve("session"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Empty where no node runs here; also where its command was killed and left its mark.
  Optional<Open> open() {
    return read("open.json")
        .map(text ->
            new Open(
                text.path("command").asString(""),
                URI.create(text.path("door").asString("")),
                URI.create(text.path("publicDoor").asString("")),
                text.path("pid").asLong()))
        .filter(open -> ProcessHandle.of(open.pid()).filter(ProcessHandle::isAlive).isPresent());
  }

  void keepSession(String token) {
    Folders.keep(folder.resolve("session"), token);
  }

  /// The operator's session, where the node runs.
  Optional<String> session() {
    var file = folder.resolve("session");
    try {
      return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Signs in a person of this machine. Name and password are made at the first time and kept here,
  /// before anybody is registered.
  ///
  /// @param role what the person does, such as `buyer`; part of his name
  Api account(Api door, String role) {
    if (!ROLE.matcher(role).matches()) {
      throw new Stop("account_malformed", "An account here has 1 to 20 small letters: " + role);
    }
    var file = "people/" + role + ".json";
    var kept = read(file).orElseGet(() -> makeAccount(file, role));
    var account =
        Map.of(
            "name", kept.required("name").asString(),
            "password", kept.required("password").asString());
    door.post("/parties", UUID.fromString(kept.required("id").asString()), account);
    return door.as(door.post("/session", account).required("token").asString());
  }

  private JsonNode makeAccount(String file, String role) {
    var id = UUID.randomUUID();
    var made =
        Map.of(
            "id", id.toString(),
            "name", role + "-" + id.toString().substring(0, 8),
            "password", Folders.secret());
    Folders.keep(folder.resolve(file), JSON.writeValueAsString(made));
    return JSON.valueToTree(made);
  }

  private Optional<JsonNode> read(String file) {
    var path = folder.resolve(file);
    try {
      return Files.exists(path)
          ? Optional.of(JSON.readTree(Files.readString(path)))
          : Optional.empty();
    } catch (IOException | JacksonException e) {
      return Optional.empty();
    }
  }
}
