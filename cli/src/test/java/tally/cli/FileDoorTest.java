package tally.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDoorTest {

  @TempDir Path temp;
  private Path shop;

  @BeforeEach
  void a_shop_with_a_secret_beside_it() throws Exception {
    shop = Files.createDirectories(temp.resolve("shop/sub")).getParent().toRealPath();
    Files.writeString(temp.resolve("secret"), "secret");
    Files.writeString(shop.resolve("sub/a b.txt"), "hello");
    Files.writeString(shop.resolve(".hidden"), "secret");
    Files.createSymbolicLink(shop.resolve("link"), temp.resolve("secret"));
  }

  @Test
  void what_is_listed_is_served_and_nothing_else() throws Exception {
    assertThat(FileDoor.items(shop)).containsExactly(new FileDoor.Item("sub/a b.txt", 5));
    try (var door = new FileDoor(shop, 0)) {
      assertThat(get(door, "/sub/a%20b.txt")).isEqualTo("200 hello");
      assertThat(get(door, "/.hidden")).startsWith("404");
      assertThat(get(door, "/link")).startsWith("404");
      assertThat(get(door, "/%2e%2e/secret")).startsWith("404");
    }
  }

  @Test
  void a_door_is_where_it_was_before_unless_somebody_else_is_there() throws Exception {
    int port;
    try (var door = new FileDoor(shop, 0)) {
      port = door.port();
    }
    try (var door = new FileDoor(shop, port)) {
      assertThat(door.port()).isEqualTo(port);
    }
    try (var other = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress());
        var door = new FileDoor(shop, other.getLocalPort())) {
      assertThat(door.port()).isNotEqualTo(other.getLocalPort());
    }
  }

  private static String get(FileDoor door, String path) throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      var url = URI.create("http://127.0.0.1:" + door.port() + path);
      var answer = http.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString());
      return answer.statusCode() + " " + answer.body();
    }
  }
}
