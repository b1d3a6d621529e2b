package tally.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/// What nouns and verbs ask of a node, and how they print what it answers.
@Isolated("it reads what this very program prints")
class NounsTest {

  @TempDir Path kept;
  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private final List<String> asked = new ArrayList<>();
  private HttpServer node;

  @BeforeEach
  void a_node_answers() throws Exception {
    System.setProperty("tally.kept", kept.toString());
    node = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    node.createContext(
        "/",
        exchange -> {
          var what = exchange.getRequestMethod() + " " + exchange.getRequestURI();
          synchronized (asked) {
            asked.add(what + " " + exchange.getRequestHeaders().getFirst("Authorization"));
          }
          var no = "{\"code\":\"not_found\",\"detail\":\"There is nothing here.\"}";
          var body = answers.getOrDefault(what, no).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(answers.containsKey(what) ? 200 : 404, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    node.start();
  }

  @AfterEach
  void it_ends() {
    node.stop(0);
    System.clearProperty("tally.kept");
  }

  @Test
  void a_list_is_a_table_of_all_pages_asked_for_with_the_key() {
    answers.put(
        "GET /api/v1/flows?limit=200",
        "{\"items\":[{\"id\":\"1\",\"kind\":\"TopUp\",\"state\":\"Credited\",\"stalled\":false,\"text\":null}],\"next\":\"a b\"}");
    answers.put(
        "GET /api/v1/flows?limit=200&after=a+b",
        "{\"items\":[{\"id\":\"22\",\"kind\":\"Purchase\",\"state\":\"Running\",\"stalled\":true,\"text\":\"why\"}],\"next\":null}");
    assertThat(run(0, "flow", "list"))
        .isEqualTo(
            """
            id  kind      state     stalled  text
            1   TopUp     Credited  false
            22  Purchase  Running   true     why
            """);
    assertThat(asked).allMatch(line -> line.endsWith(" Bearer a-key"));
  }

  @Test
  void money_is_written_with_its_asset_and_json_is_whole() {
    answers.put(
        "GET /api/v1/balance",
        "{\"available\":{\"amount\":\"1.50\",\"asset\":\"USD\"},\"lots\":[]}");
    assertThat(run(0, "balance")).contains("1.50 USD");
    assertThat(run(0, "balance", "--json")).contains("\"lots\" : [ ]", "\"amount\" : \"1.50\"");
  }

  @Test
  void who_is_no_operator_sees_the_disputes_of_his_own() {
    answers.put("GET /api/v1/me", "{\"roles\":[\"PERSON\"]}");
    answers.put("GET /api/v1/me/disputes?limit=200", "{\"items\":[{\"id\":\"mine\"}]}");
    assertThat(run(0, "dispute", "list")).contains("mine");
    answers.put("GET /api/v1/me", "{\"roles\":[\"OPERATOR\",\"PERSON\"]}");
    answers.put("GET /api/v1/disputes?limit=200", "{\"items\":[{\"id\":\"everybodys\"}]}");
    assertThat(run(0, "dispute", "list")).contains("everybodys");
  }

  @Test
  void a_book_that_is_not_sound_is_told_by_the_exit_code() {
    answers.put(
        "POST /api/v1/ledger/verify",
        "{\"sound\":false,\"entries\":3,\"holds\":1,\"faults\":[\"entry 2 was changed\"]}");
    assertThat(run(1, "ledger", "verify")).contains("BROKEN", "entry 2 was changed");
    answers.put("POST /api/v1/ledger/verify", "{\"sound\":true,\"entries\":3,\"holds\":1}");
    assertThat(run(0, "ledger", "verify")).contains("sound  3 entries, 1 holds");
  }

  @Test
  void a_refusal_is_its_code_and_a_sentence() {
    assertThat(run(1, "purchase", "finish", "00000000-0000-0000-0000-000000000001"))
        .contains("not_found: There is nothing here.");
  }

  @Test
  void without_a_node_a_command_says_how_to_start_one() {
    var said = new ByteArrayOutputStream();
    assertThat(captured(said, "balance")).isEqualTo(1);
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("no_node:", "./tally up");
  }

  @Test
  void a_noun_alone_names_its_verbs() {
    var said = new ByteArrayOutputStream();
    assertThat(captured(said, "offering")).isEqualTo(2);
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("list", "publish", "remove");
  }

  private String run(int code, String... words) {
    var all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--key", "a-key", "--node", "http://127.0.0.1:" + port()));
    var said = new ByteArrayOutputStream();
    assertThat(captured(said, all.toArray(String[]::new))).as(said.toString()).isEqualTo(code);
    return said.toString(StandardCharsets.UTF_8);
  }

  private int port() {
    return node.getAddress().getPort();
  }

  private static int captured(ByteArrayOutputStream said, String... words) {
    var out = System.out;
    var error = System.err;
    var stream = new PrintStream(said, true, StandardCharsets.UTF_8);
    System.setOut(stream);
    System.setErr(stream);
    try {
      return Main.run(words);
    } finally {
      System.setOut(out);
      System.setErr(error);
    }
  }
}
